"""Two policies hold PET and spectroscopy against each other, each line under its own."""

from __future__ import annotations

import pytest

from rules.adjudicate import adjudicate
from rules.facts import Fact
from tests.rules.builders import OTHER_NPI, claim, events, pet, pet_report, record, report
from tests.rules.mixed_members import mixed_library
from tests.rules.stepping import check_each_step, check_open

MRS_PLAN, PET_PLAN = "sample-commercial", "example-brain-pet"
MRI = report("S-1", on=-100)
"""It left the question open, for every line of these tests."""


def decided(*facts: Fact) -> dict[str, tuple[str, str]]:
    """Outcome and reason by claim, of which each has one line; step by step it comes to it too."""
    for order in (facts, facts[::-1]):
        check_each_step(events(MRI, *order), mixed_library())
        check_open(events(MRI, *order), mixed_library())
    found = adjudicate(record(MRI, *facts), mixed_library())
    return {one.claim_id: (one.outcome, one.reason) for one in found}


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param(-60, ("denied", "SPECTROSCOPY_STANDS"), id="sixty days before"),
        pytest.param(-61, ("approved", "CRITERIA_MET"), id="sixty-one days before"),
    ],
)
def test_a_pet_looks_back_as_far_as_its_own_policy_says(
    earlier: int, expected: tuple[str, str]
) -> None:
    one = decided(claim("C-1", plan=MRS_PLAN, on=earlier), pet("P-1", plan=PET_PLAN))

    assert ("approved", "CRITERIA_MET") == one["C-1"]
    assert expected == one["P-1"]


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param(-90, ("denied", "PET_EXCLUSIVE"), id="ninety days before"),
        pytest.param(-91, ("approved", "CRITERIA_MET"), id="ninety-one days before"),
    ],
)
def test_a_spectroscopy_looks_back_as_far_as_its_own_policy_says(
    earlier: int, expected: tuple[str, str]
) -> None:
    one = decided(pet("P-1", plan=PET_PLAN, on=earlier), claim("C-1", plan=MRS_PLAN))

    assert ("approved", "CRITERIA_MET") == one["P-1"]
    assert expected == one["C-1"]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(MRS_PLAN, ("denied", "PET_EXCLUSIVE"), id="denied by the one"),
        pytest.param(PET_PLAN, ("pended", "SPECTROSCOPY_UNCLEAR"), id="held by the other"),
    ],
)
def test_what_becomes_of_a_spectroscopy_after_a_pet_is_for_its_own_policy_to_say(
    plan: str, expected: tuple[str, str]
) -> None:
    one = decided(pet("P-1", plan=PET_PLAN, on=-10), claim("C-1", plan=plan))

    assert expected == one["C-1"]


def test_a_study_stands_as_its_own_policy_decided_it_whatever_the_other_would_say() -> None:
    one = decided(
        claim("C-1", plan=MRS_PLAN, on=-40),
        pet("P-1", plan=PET_PLAN, on=30),  # seventy days later: only the other policy looks so far
        claim("C-2", plan=MRS_PLAN, on=60),
    )

    assert ("approved", "CRITERIA_MET") == one["P-1"]
    assert ("denied", "PET_EXCLUSIVE") == one["C-2"]


def test_a_study_that_its_own_policy_denied_stands_against_nothing() -> None:
    one = decided(
        claim("C-1", plan=MRS_PLAN, on=-40),
        pet("P-1", plan=PET_PLAN, on=-20),
        claim("C-2", plan=MRS_PLAN, on=51),
    )

    assert ("denied", "SPECTROSCOPY_STANDS") == one["P-1"]
    assert ("approved", "CRITERIA_MET") == one["C-2"]


def test_of_several_lines_of_a_study_the_best_says_how_firmly_it_stands() -> None:
    one = decided(
        pet("P-1", plan=PET_PLAN, on=-20),
        pet("P-2", plan="example-two-policies", on=-20, npi=OTHER_NPI, received=5),
        claim("C-1", plan=MRS_PLAN),
    )

    assert [("approved", "CRITERIA_MET"), ("pended", "SUSPECT_DUPLICATE")] == [
        one["P-1"],
        one["P-2"],
    ]
    assert ("denied", "PET_EXCLUSIVE") == one["C-1"]


def test_on_one_day_what_is_paid_came_first_whichever_policy_looks() -> None:
    paid = pet_report("S-9", on=0, status="paid")

    one = decided(paid, claim("C-1", plan=MRS_PLAN), pet("P-1", plan=PET_PLAN))

    assert ("denied", "PET_EXCLUSIVE_SAME_DAY") == one["C-1"]
    assert ("approved", "CRITERIA_MET") == one["P-1"]


def test_on_one_day_of_which_nothing_is_paid_neither_policy_knows_what_came_first() -> None:
    one = decided(claim("C-1", plan=MRS_PLAN), pet("P-1", plan=PET_PLAN))

    assert ("pended", "PET_EXCLUSIVITY_UNCLEAR") == one["C-1"]
    assert ("pended", "SPECTROSCOPY_UNCLEAR") == one["P-1"]


def test_a_study_of_reports_alone_stands_as_each_policy_would_decide_it() -> None:
    one = decided(
        pet_report("S-8", on=-91, status="paid"),
        pet_report("S-9", "76390", on=-20, status="paid"),  # seventy-one days after that PET
        pet("P-1", plan=PET_PLAN),
        pet("P-2", "78609", plan=MRS_PLAN, on=1),
    )

    assert ("denied", "SPECTROSCOPY_STANDS") == one["P-1"]
    assert ("not_applicable", "NO_CONFLICT") == one["P-2"]


def test_a_claim_that_comes_late_counts_for_the_policy_that_counts_it() -> None:
    first, second = (
        pet(name, "78813", plan="example-count", on=on, modifiers=("PI",), diagnoses=("C61",))
        for name, on in (("P-1", 0), ("P-2", -10))
    )

    one = decided(first, second)

    assert ("denied", "PET_INITIAL_DONE") == one["P-1"]
    assert ("approved", "CRITERIA_MET") == one["P-2"]
