"""What is proved by going through the whole decision space, here that of a very small library."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from rules.proof.check import Proof
from rules.proof.decisions import Decisions
from rules.proof.enumeration import ending_of
from rules.proof.library_check import LibraryCheck
from rules.proof.witnesses import smallest, witnesses
from tests.rules.proof_libraries import ABSCESS, faults, small

# Tens of thousands of decisions, on a machine that may be busy; of several processes, in one.
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("small decision space"),
]


@cache
def decisions() -> Decisions:
    (version,) = small().library.versions
    indications = {c: held for c, held in version.codes.indications.items() if c != ABSCESS}
    modifiers = {"50": "bilateral", "53": "discontinued"}
    return Decisions(small(indications=indications, modifiers=modifiers))


@cache
def proof() -> LibraryCheck:
    made = LibraryCheck(small(), date(2025, 12, 1))
    made._decisions = {"6.01.03": decisions()}
    return made


@cache
def checks() -> dict[str, Proof]:
    return {check.name: check for check in proof().checks()}


def test_every_combination_ends_in_one_outcome_by_every_law() -> None:
    assert () == checks()["outcomes"].faults
    assert decisions().enumerated.combinations > 20_000
    assert decisions().enumerated.shapes > 300


def test_every_criterion_answers_by_what_it_looks_at_alone() -> None:
    assert () == checks()["criteria"].faults


def test_the_codes_of_a_class_are_decided_alike() -> None:
    assert () == checks()["diagnoses"].faults


def test_a_reason_that_no_plan_leads_to_is_named() -> None:
    assert [
        "reasons.csv: MEDICAID_GUIDELINE is never reached",
        "reasons.csv: COMPONENT_INCLUDED is never reached",
        "reasons.csv: INVESTIGATIONAL_SERVICE is never reached",
    ] == faults(checks()["reasons"])


def test_a_need_that_nothing_asks_for_is_named() -> None:
    opened = small()
    asked = Decisions(opened._replace(library=replace(opened.library, needs={"lunch": "A bun."})))
    asked.enumerated = decisions().enumerated

    assert "needs.csv: lunch is never asked for" in faults(asked.checks["reasons"]())


def test_each_witness_leads_to_its_ending_and_nothing_can_be_left_out() -> None:
    found = list(witnesses(decisions().enumerated))

    assert sorted(decisions().enumerated.reached) == [witness.ending for witness in found]
    for ending, situation, determination in found:
        assert ending == ending_of(determination)
        assert situation == smallest(decisions().enumerated.laboratory, ending, situation)
        assert len(situation.facts) <= 4


def test_all_checks_are_made_the_quick_ones_first() -> None:
    names = list(checks())

    assert ["dates", "listed_codes", "classed_diagnoses"] == names[:3]
    decided = ["outcomes", "criteria", "diagnoses", "reasons", "needs", "omission", "who_may_deny"]
    assert decided == names[-7:]
    assert 49 == len(list(proof().witnesses()))


@pytest.mark.parametrize("check", ["needs", "omission", "who_may_deny"])
def test_what_must_never_be_is_not(check: str) -> None:
    assert () == checks()[check].faults
