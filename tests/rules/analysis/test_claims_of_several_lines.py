"""What would change of a claim that has other lines beside the one that is asked about."""

from __future__ import annotations

from rules.analysis.corrected_claim import corrected
from rules.analysis.needs_proved import NeedsProved, needs_proved
from rules.analysis.open_line import Correction, Supply
from rules.analysis.rivals import for_want_of_rivals
from rules.analysis.sufficient_sets import open_line
from tests.rules.builders import claim, line, pet, record, report
from tests.rules.deciding import shipped


def test_a_new_diagnosis_is_pointed_to_by_the_line_alone():
    two = claim(lines=(line(1), line(2, "99213")), diagnoses=("R51.9",))
    case = open_line(record(two, report()), shipped(), ("C-1", 1))
    assert case is not None

    again = corrected(case, [Supply("", None, correction=Correction(diagnosis="C71.1"))])

    assert ("R51.9", "C71.1") == again.diagnoses
    assert [(2,), (1,)] == [each.diagnosis_pointers for each in again.lines]


def test_a_rival_beside_another_line_is_taken_away_by_sending_its_claim_without_it():
    both = pet("P-1", lines=(line(1, "78608", on=-10), line(2, "99213", on=-10)))
    case = open_line(record(claim(), report(), both), shipped(), ("C-1", 1))
    assert case is not None

    facts = [fact for supply in for_want_of_rivals(case) for fact in supply.facts]

    again = [fact for fact in facts if getattr(fact, "replaces", None) == "P-1"]
    assert [((2,), "7")] == [
        (tuple(each.number for each in one.lines), one.frequency) for one in again
    ]


def test_a_line_that_is_not_open_needs_nothing():
    approved = record(claim(), report())

    assert NeedsProved(frozenset(), frozenset()) == needs_proved(approved, shipped(), ("C-1", 1))
