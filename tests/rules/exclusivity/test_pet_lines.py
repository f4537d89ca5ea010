"""PET lines: they meet exclusivity only, and another policy covers them."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    finalization,
    pet,
    pet_report,
    report,
    review,
)
from tests.rules.deciding import answer, codes, decide_line, finding, library

FREE, EXCLUSIVE, UNCLEAR = "NO_CONFLICT", "PET_EXCLUSIVE", "PET_EXCLUSIVITY_UNCLEAR"

SPECTROSCOPY = claim(on=-10)
PENDED_SPECTROSCOPY: list[Sending] = [SPECTROSCOPY, report(result="unknown")]
STANDING_SPECTROSCOPY: list[Sending] = [SPECTROSCOPY, LIMITED_MRI]


@pytest.mark.parametrize(
    ("history", "outcome", "reason", "expected"),
    [
        pytest.param([], "not_applicable", FREE, (None, None, ()), id="met"),
        pytest.param(
            PENDED_SPECTROSCOPY, "pended", UNCLEAR, (None, "252", ("N706",)), id="unknown"
        ),
        pytest.param(STANDING_SPECTROSCOPY, "denied", EXCLUSIVE, ("CO", "272", ()), id="not met"),
        pytest.param(
            [*STANDING_SPECTROSCOPY, finalization()],
            "denied",
            EXCLUSIVE,
            ("CO", "272", ("M86",)),
            id="not met, the spectroscopy paid",
        ),
    ],
)
def test_what_its_finding_makes_of_a_pet(
    history: list[Sending],
    outcome: str,
    reason: str,
    expected: tuple[str | None, str | None, tuple[str, ...]],
) -> None:
    decided = decide_line(pet(), *history, of="P-1")

    assert (outcome, reason, expected) == (decided.outcome, decided.reason, codes(decided))


def test_it_is_asked_three_criteria_in_order() -> None:
    decided = decide_line(pet(), of="P-1")

    assert ["authority", "policy_in_force", "pet_exclusivity"] == [
        found.criterion for found in decided.findings
    ]


@pytest.mark.parametrize(
    ("choice", "history", "expected"),
    [
        pytest.param("deny", STANDING_SPECTROSCOPY, EXCLUSIVE, id="deny, stands"),
        pytest.param("deny", PENDED_SPECTROSCOPY, UNCLEAR, id="deny, may stand"),
        pytest.param("pend", STANDING_SPECTROSCOPY, UNCLEAR, id="pend, stands"),
        pytest.param("pend", PENDED_SPECTROSCOPY, UNCLEAR, id="pend, may stand"),
        pytest.param("ignore", STANDING_SPECTROSCOPY, FREE, id="ignore, stands"),
        pytest.param("ignore", PENDED_SPECTROSCOPY, FREE, id="ignore, may stand"),
        pytest.param("ignore", [], FREE, id="ignore, nothing stands"),
    ],
)
def test_whether_a_pet_may_follow_is_a_choice(
    choice: str, history: list[Sending], expected: str
) -> None:
    decided = decide_line(pet(), *history, of="P-1", using=library(pet_after_mrs=choice))

    assert expected == decided.reason


@pytest.mark.parametrize("choice", ["deny", "pend", "ignore"])
def test_the_finding_names_the_choice_and_a_spectroscopy_s_does_not(choice: str) -> None:
    using = library(pet_after_mrs=choice)

    of_pet = decide_line(pet(), *STANDING_SPECTROSCOPY, of="P-1", using=using)
    of_mrs = decide_line(claim(), pet_report(), LIMITED_MRI, using=using)

    assert choice == finding(of_pet, "pet_exclusivity").parameters["pet_after_mrs"]
    assert "pet_after_mrs" not in finding(of_mrs, "pet_exclusivity").parameters


@pytest.mark.parametrize("choice", ["pend", "ignore"])
def test_the_choice_changes_nothing_for_a_spectroscopy(choice: str) -> None:
    decided = decide_line(claim(), pet_report(), LIMITED_MRI, using=library(pet_after_mrs=choice))

    assert EXCLUSIVE == decided.reason


@pytest.mark.parametrize(
    "line_of",
    [
        pytest.param(pet(procedure="78459"), id="cardiac"),
        pytest.param(pet(procedure="G0219"), id="melanoma"),
        pytest.param(pet(procedure="78803"), id="SPECT"),
        pytest.param(pet(procedure="A9552"), id="tracer"),
        pytest.param(pet(procedure="70553"), id="conventional imaging"),
        pytest.param(pet(procedure="76498"), id="unlisted"),
    ],
)
def test_what_is_neither_is_out_of_scope_without_a_finding(line_of: Sending) -> None:
    decided = decide_line(line_of, *STANDING_SPECTROSCOPY, of="P-1")

    assert ("not_applicable", "OUT_OF_SCOPE", ()) == (
        decided.outcome,
        decided.reason,
        decided.findings,
    )


@pytest.mark.parametrize(
    ("history", "decision", "outcome", "reason", "expected"),
    [
        pytest.param(
            STANDING_SPECTROSCOPY, "approved", "not_applicable", FREE, (None, None, ()),
            id="approved against a standing spectroscopy",
        ),
        pytest.param(
            PENDED_SPECTROSCOPY, "approved", "not_applicable", FREE, (None, None, ()),
            id="approved where it is unclear",
        ),
        pytest.param(
            STANDING_SPECTROSCOPY, "denied", "denied", "REVIEWED", ("CO", "272", ()),
            id="denied: the codes of the finding",
        ),
        pytest.param(
            PENDED_SPECTROSCOPY, "denied", "denied", "REVIEWED", ("CO", "50", ("N661",)),
            id="denied where it is unclear: codes of its own",
        ),
        pytest.param(
            [], "denied", "denied", "REVIEWED", ("CO", "50", ("N661",)),
            id="denied where it is met: codes of its own",
        ),
    ],
)  # fmt: skip
def test_a_person_resolves_a_pet(
    history: list[Sending],
    decision: str,
    outcome: str,
    reason: str,
    expected: tuple[str | None, str | None, tuple[str, ...]],
) -> None:
    said = review("P-1", decision=decision)

    decided = decide_line(pet(), *history, said, of="P-1")

    assert (outcome, reason, expected) == (decided.outcome, decided.reason, codes(decided))
    assert decision == (decided.review.decision if decided.review else None)


@pytest.mark.parametrize(
    ("unasked", "using"),
    [
        pytest.param(pet(modifiers=("53",)), None, id="discontinued"),
        pytest.param(pet(procedure="78815"), None, id="from the skull base"),
        pytest.param(pet(plan="sample-medicare"), None, id="governed"),
        pytest.param(pet(plan="nobody-knows"), None, id="of an unknown plan"),
    ],
)
def test_no_review_of_a_pet_counts_that_is_not_asked(
    unasked: Sending, using: Library | None
) -> None:
    said = review("P-1", decision="denied")

    decided = decide_line(unasked, said, of="P-1", using=using)

    assert (FREE, None) == (decided.reason, decided.review)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(
            STANDING_SPECTROSCOPY, ("pended", "PLAN_UNKNOWN", (None, None, ())), id="deny"
        ),
        pytest.param(PENDED_SPECTROSCOPY, ("pended", UNCLEAR, (None, "252", ("N706",))), id="pend"),
        pytest.param([], ("not_applicable", FREE, (None, None, ())), id="free"),
    ],
)
def test_a_pet_of_an_unknown_plan_is_never_denied(
    history: list[Sending], expected: tuple[str, str, object]
) -> None:
    unknown = pet(plan="nobody-knows")

    decided = decide_line(unknown, *history, review("P-1", decision="denied"), of="P-1")

    assert expected == (decided.outcome, decided.reason, codes(decided))
    assert ("met", None) == answer(decided, "authority")


@pytest.mark.parametrize("modifier", ["53", "73", "74"])
def test_a_discontinued_pet_meets_no_conflict(modifier: str) -> None:
    decided = decide_line(pet(modifiers=(modifier,)), *STANDING_SPECTROSCOPY, of="P-1")

    assert (FREE, ("met", None)) == (decided.reason, answer(decided, "pet_exclusivity"))


def test_a_reduced_pet_is_a_study() -> None:
    decided = decide_line(pet(modifiers=("52",)), *STANDING_SPECTROSCOPY, of="P-1")

    assert EXCLUSIVE == decided.reason


def test_neither_coding_nor_benefit_nor_duplicates_are_asked_of_a_pet() -> None:
    odd = pet(plan="sample-no-mrs", modifiers=("50", "26", "TC"), diagnoses=("C71",), units=3)

    decided = decide_line(odd, pet("P-0"), of="P-1")

    assert FREE == decided.reason


def test_a_pet_without_a_rival_is_told_that_no_spectroscopy_stands_for_it() -> None:
    decided = decide_line(pet(), of="P-1")

    assert finding(decided, "pet_exclusivity").because.startswith("no MRS of the same day or of ")
