"""The whole of a decision: which lines are asked what, in which order, and what they carry."""

from __future__ import annotations

import pytest

from rules.adjudicate import adjudicate
from rules.history.record import Record
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    finalization,
    line,
    pet,
    record,
    report,
    review,
)
from tests.rules.deciding import decide, decide_line, shipped

ALL = (
    *("benefit", "authority", "policy_in_force", "coding", "not_duplicate"),
    *("proven_service", "indication", "conventional_imaging", "pet_exclusivity"),
)


def test_the_criteria_are_asked_in_the_order_of_the_rules() -> None:
    asked = shipped().versions[0].asked
    of_pet = ("authority", "policy_in_force", "pet_exclusivity")
    assert ALL == tuple(row.name for row in asked["mrs"].criteria)
    assert of_pet == tuple(row.name for row in asked["pet"].criteria)


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        pytest.param(claim(plan="nobody-knows"), 1, id="gate 1 unknown"),
        pytest.param(claim(plan="sample-no-mrs"), 1, id="gate 1 not met"),
        pytest.param(claim(on=-3000, plan="sample-medicare"), 2, id="gate 2 not met"),
        pytest.param(claim(on=-3000), 3, id="gate 3 unknown"),
        pytest.param(claim(modifiers=("50",)), 4, id="gate 4 not met"),
        pytest.param(claim(lines=(line(2), line(1))), 9, id="all gates met"),
        pytest.param(claim("C-1", units=2), 9, id="gate 5 unknown"),
        pytest.param(claim(procedure="0609T"), 9, id="criterion 6 not met"),
        pytest.param(claim(diagnoses=("C61",)), 9, id="criterion 7 not met"),
        pytest.param(claim(modifiers=("53",)), 9, id="discontinued"),
    ],
)
def test_every_criterion_has_a_finding_and_behind_a_closed_gate_it_is_not_asked(
    one: Sending, asked: int
) -> None:
    decided = decide_line(one)

    behind = [found.answer for found in decided.findings[asked:]]
    assert ALL == tuple(found.criterion for found in decided.findings)
    assert ["not_asked"] * (9 - asked) == behind
    assert "not_asked" not in [found.answer for found in decided.findings[:asked]]


def test_a_duplicate_closes_the_fifth_gate() -> None:
    decided = decide_line(claim(lines=(line(1), line(2))), number=2)

    assert ["met"] * 4 + ["not_met"] + ["not_asked"] * 4 == [f.answer for f in decided.findings]


def test_a_finding_that_is_not_asked_says_which_gate_came_first() -> None:
    decided = decide_line(claim(plan="sample-no-mrs"))

    assert {"benefit comes first"} == {found.because for found in decided.findings[1:]}


@pytest.mark.parametrize(
    "resolved",
    [
        pytest.param([claim(procedure="99213")], id="out of scope"),
        pytest.param([claim(), claim("C-2", frequency="7", replaces="C-1")], id="superseded"),
        pytest.param([claim(), claim("C-2", frequency="8", replaces="C-1")], id="voided"),
        pytest.param([claim(frequency="8", replaces="C-0")], id="waiting void"),
    ],
)
def test_a_line_that_is_resolved_before_any_criterion_has_no_finding(
    resolved: list[Sending],
) -> None:
    decided = decide_line(*resolved, LIMITED_MRI)

    assert () == decided.findings


def test_determinations_come_by_claim_and_line() -> None:
    claims = [claim("C-2", lines=(line(10), line(2))), claim("C-10"), pet("C-1", lines=(line(7),))]

    actual = [(one.claim_id, one.line) for one in adjudicate(record(*claims), shipped())]

    assert [("C-1", 7), ("C-10", 1), ("C-2", 2), ("C-2", 10)] == actual


def test_nothing_known_is_nothing_decided() -> None:
    actual = adjudicate(Record(), shipped())

    assert () == actual


def test_words_on_claims_that_are_not_known_wait_in_the_record() -> None:
    waiting: list[Sending] = [review("C-9"), finalization("C-9")]

    decided = decide(*waiting)

    assert {} == decided


def test_a_determination_says_what_its_line_is() -> None:
    facts = [
        claim("C-1", plan="sample-essential"),
        pet("C-2", plan="nobody-knows"),
        claim("C-3", "70553", on=-3000),
    ]

    decided = decide(*facts)

    expected = [
        ("76390", "mrs", "essential_plan", "2025-03-17"),
        ("78608", "pet", "unknown", "2025-03-17"),
        ("70553", "other", "commercial", None),
    ]
    assert expected == [
        (one.procedure, one.service, one.line_of_business, one.policy_version)
        for one in decided.values()
    ]


def test_a_mixed_claim_is_decided_line_by_line() -> None:
    mixed = claim(lines=(line(1, "70553"), line(2, "76390"), line(3, "0609T"), line(4, "A9579")))

    decided = decide(mixed, report(on=0))

    expected = ["OUT_OF_SCOPE", "CRITERIA_MET", "INVESTIGATIONAL_SERVICE", "OUT_OF_SCOPE"]
    assert expected == [one.reason for one in decided.values()]


def test_a_discontinued_spectroscopy_is_asked_the_same_criteria() -> None:
    decided = decide_line(claim(modifiers=("53",), diagnoses=("C61",)), LIMITED_MRI)

    assert ("denied", "INVESTIGATIONAL_INDICATION") == (decided.outcome, decided.reason)
