"""What breaks a proof is kept with a situation that shows it; a witness has nothing to spare."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import islice

from rules.proof.classes import classes_of_diagnoses
from rules.proof.decisions import book_of
from rules.proof.enumeration import Enumerated, ServiceOutcome, _alike, _independent
from rules.proof.product import Product
from rules.proof.situation import ASKED, Laboratory, Setting, Situation
from rules.proof.space import addable_rows
from rules.proof.witnesses import smallest
from tests.rules.builders import claim, report
from tests.rules.proof_libraries import PROSTATE, TUMOUR, baseline_of, shipped_open, small


class Moody(Laboratory):
    """Decides every second time for another diagnosis."""

    turns = 0

    def decide(self, situation: Situation) -> tuple:  # type: ignore[type-arg]
        self.turns += 1
        first, *others = situation.facts
        if self.turns % 2:
            first = first._replace(diagnoses=(PROSTATE,))  # type: ignore[call-arg]
        return super().decide(situation._replace(facts=(first, *others)))


def test_a_combination_that_breaks_a_law_is_kept_with_its_situation() -> None:
    book = book_of(shipped_open())._replace(sections=frozenset())
    enumerated = Enumerated(Laboratory(shipped_open().library), book)

    for days in range(7):
        setting = baseline_of(small()).setting
        enumerated.decide(setting._replace(received_days=days, units=Decimal(days + 1)))

    kept = enumerated.breaches["citations"]
    assert "only sections that the library leans on are cited" in kept[0].what
    assert kept[0].situation.asked == ASKED


def test_no_more_than_a_few_breaches_of_a_law_are_kept() -> None:
    enumerated = Enumerated(Laboratory(shipped_open().library), book_of(shipped_open()))

    for number in range(7):
        enumerated.note("law", str(number), Situation(()))

    assert ["0", "1", "2", "3", "4"] == [found.what for found in enumerated.breaches["law"]]


def test_a_line_that_is_determined_twice_is_a_breach() -> None:
    class Doubling(Laboratory):
        def decide(self, situation: Situation) -> tuple:  # type: ignore[type-arg]
            return super().decide(situation) * 2

    enumerated = Enumerated(Doubling(shipped_open().library), book_of(shipped_open()))

    enumerated.decide(baseline_of(small()).setting)

    assert ["2 determinations of one line"] == [
        found.what for found in enumerated.breaches["one_determination"]
    ]


def test_codes_of_a_class_that_are_not_decided_alike_are_a_breach() -> None:
    opened = small("C62.0,billable,,")
    moody = Enumerated(Moody(opened.library), book_of(opened))
    classes = classes_of_diagnoses(opened.library, opened.table)

    list(_alike(moody, baseline_of(opened), classes))

    assert "is decided otherwise than" in moody.breaches["classes_are_alike"][0].what


def test_a_criterion_that_leans_on_something_else_is_a_breach() -> None:
    opened = small()
    points = Product(Laboratory(opened.library), opened.table, baseline_of(opened), "mrs").points()
    moody = Enumerated(Moody(opened.library), book_of(opened))

    list(_independent(moody, islice(points, 100)))

    found = moody.breaches["independent_criteria"][0]
    assert "depends on something that it does not look at" in found.what


def test_a_witness_loses_what_it_does_not_need() -> None:
    laboratory = Laboratory(shipped_open().library)
    setting = Setting(date(2025, 9, 15), "sample-commercial", "76390", (TUMOUR, PROSTATE), ("59",))
    rows = tuple(addable_rows(laboratory.library, "76390", baseline_of(small())))
    busy = setting._replace(rows=rows, beside=(report(diagnoses=(TUMOUR,)), claim("C-9")))
    asked = laboratory.ask(busy)
    ending = next(iter(_reached(laboratory, busy)))

    least = smallest(laboratory, ending, busy.situation())

    assert (asked.outcome, asked.reason) == (ending.outcome, ending.reason)
    assert ((), ()) == (least.rows, least.facts[0].lines[0].modifiers)  # type: ignore[union-attr]
    assert len(least.facts) < len(busy.situation().facts)


def _reached(laboratory: Laboratory, setting: Setting) -> list[ServiceOutcome]:
    enumerated = Enumerated(laboratory, book_of(shipped_open()))
    enumerated.decide(setting)
    return list(enumerated.reached)
