"""Two policies of one plan that each watch what the other decides: the day says who yields."""

from __future__ import annotations

from itertools import permutations

import pytest

from rules.adjudicate import adjudicate
from rules.facts import Fact
from tests.rules.builders import claim, finalization, pet, record, report
from tests.rules.test_mixed_policies import mixed_library

PLAN = "example-two-policies"
MRI = report("S-1", on=-60)
PAID = "CRITERIA_MET"


def reasons(*facts: Fact) -> dict[str, str]:
    """The reason of each claim; the same in whatever order they came."""
    ends = [
        {one.claim_id: one.reason for one in adjudicate(record(*order), mixed_library())}
        for order in permutations(facts)
    ]
    assert all(end == ends[0] for end in ends)
    return ends[0]


@pytest.mark.parametrize(
    ("pet_on", "mrs_on", "expected"),
    [
        pytest.param(-20, 0, (PAID, "PET_EXCLUSIVE"), id="the spectroscopy after the PET"),
        pytest.param(0, -20, ("SPECTROSCOPY_STANDS", PAID), id="the PET after the spectroscopy"),
        pytest.param(-1, 0, (PAID, "PET_EXCLUSIVE"), id="a day apart"),
        pytest.param(
            0, 0, ("SPECTROSCOPY_UNCLEAR", "PET_EXCLUSIVITY_UNCLEAR"), id="both on one day"
        ),
    ],
)
def test_the_later_yields_and_of_one_day_neither(pet_on, mrs_on, expected):
    facts = (MRI, pet("P-1", plan=PLAN, on=pet_on), claim("C-1", plan=PLAN, on=mrs_on))

    ended = reasons(*facts)

    assert expected == (ended["P-1"], ended["C-1"])


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        pytest.param("P-1", (PAID, "PET_EXCLUSIVE_SAME_DAY"), id="the PET"),
        pytest.param("C-1", ("SPECTROSCOPY_SAME_DAY", PAID), id="the spectroscopy"),
    ],
)
def test_of_one_day_the_one_that_is_paid_came_first(paid, expected):
    facts = (MRI, pet("P-1", plan=PLAN), claim("C-1", plan=PLAN), finalization(paid))

    ended = reasons(*facts)

    assert expected == (ended["P-1"], ended["C-1"])


def test_what_yielded_itself_makes_no_later_one_yield():
    facts = (
        MRI,
        pet("P-1", plan=PLAN, on=-40),
        claim("C-1", plan=PLAN, on=-20),
        pet("P-2", plan=PLAN, on=0),
    )

    ended = reasons(*facts)

    assert {"P-1": PAID, "C-1": "PET_EXCLUSIVE", "P-2": PAID} == ended
