"""What is proved of a library by deciding with it, on libraries small enough to go through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from rules.library import MrsCode, Plan
from rules.library_check import LibraryCheck, open_library
from rules.library_files import SHIPPED
from rules.proof.check import Check, OpenLibrary
from rules.proof.classes import (
    UNKNOWN_PLAN,
    Span,
    classes_of_diagnoses,
    classes_of_plans,
    spans_of_dates,
)
from rules.proof.decisions import Decisions, book_of
from rules.proof.enumeration import SAMPLED, Enumerated, sample_of
from rules.proof.ground import Ground, grounds
from rules.proof.liveness import dead_parts
from rules.proof.situation import ASKED, Laboratory, Setting, Situation, Variant
from rules.proof.space import addable_rows, parts
from rules.proof.witnesses import smallest, witnesses
from tests.rules.builders import claim, report
from tests.rules.proof_libraries import ABSCESS, PROSTATE, TUMOUR, shipped_open, small

WHOLE_SPACE = pytest.mark.timeout(900)
"""Some tens of thousands of decisions, on a machine that may be busy."""


@cache
def decisions() -> Decisions:
    return Decisions(small())


@cache
def checks() -> dict[str, Check]:
    return {check.name: check for check in decisions().checks()}


def ground_of(opened: OpenLibrary) -> Ground:
    (found,) = _grounds(opened)
    return found


def _grounds(opened: OpenLibrary) -> list[Ground]:
    classes = classes_of_diagnoses(opened.library, opened.table)
    return list(grounds(Laboratory(opened.library), opened.table, classes))


def dead_of(opened: OpenLibrary) -> list[str]:
    laboratory = Laboratory(opened.library)
    found = dead_parts(laboratory, opened.table, ground_of(opened))
    return [f"{one.file}: {one.what}" for one in found]


def faults(check: Check) -> list[str]:
    return [fault.what for fault in check.faults]


# --------------------------------------------------------------------------------------- the space


@WHOLE_SPACE
def test_every_combination_ends_in_one_outcome_by_every_law() -> None:
    assert () == checks()["outcomes"].faults
    assert decisions().enumerated.combinations > 20_000
    assert decisions().enumerated.shapes > 300


@WHOLE_SPACE
def test_every_criterion_answers_by_what_it_looks_at_alone() -> None:
    assert () == checks()["criteria"].faults


@WHOLE_SPACE
def test_the_codes_of_a_class_are_decided_alike() -> None:
    assert () == checks()["diagnoses"].faults


@WHOLE_SPACE
def test_a_reason_that_no_plan_leads_to_is_named() -> None:
    assert [
        "reasons.csv: PEER_REVIEW is never reached",
        "reasons.csv: MEDICAID_GUIDELINE is never reached",
        "reasons.csv: INVESTIGATIONAL_SERVICE is never reached",
    ] == faults(checks()["reasons"])


@WHOLE_SPACE
def test_a_need_that_nothing_asks_for_is_named() -> None:
    opened = small()
    asked = Decisions(opened._replace(library=replace(opened.library, needs={"lunch": "A bun."})))
    asked.enumerated = decisions().enumerated

    assert "needs.csv: lunch is never asked for" in faults(_check(asked, "reasons"))


@WHOLE_SPACE
def test_each_witness_leads_to_its_ending_and_nothing_can_be_left_out() -> None:
    found = list(witnesses(decisions().enumerated))

    assert sorted(decisions().enumerated.reached) == [witness.ending for witness in found]
    for ending, situation, determination in found:
        assert ending == (determination.service, determination.outcome, determination.reason)
        assert situation == smallest(decisions().enumerated.laboratory, ending, situation)
        assert len(situation.facts) <= 3


def test_a_witness_loses_what_it_does_not_need() -> None:
    laboratory = Laboratory(shipped_open().library)
    setting = Setting(date(2025, 9, 15), "sample-commercial", "76390", (TUMOUR, PROSTATE), ("59",))
    rows = tuple(addable_rows(laboratory.library, "76390", ground_of(small())))
    busy = setting._replace(units=1, rows=rows, beside=(report(diagnoses=(TUMOUR,)), claim("C-9")))
    asked = laboratory.ask(busy)
    ending = next(iter(_reached(laboratory, busy)))

    least = smallest(laboratory, ending, busy.situation())

    assert (asked.outcome, asked.reason) == (ending.outcome, ending.reason)
    assert ((), ()) == (least.rows, least.facts[0].lines[0].modifiers)  # type: ignore[union-attr]
    assert len(least.facts) < len(busy.situation().facts)


def _reached(laboratory: Laboratory, setting: Setting) -> list[object]:
    enumerated = Enumerated(laboratory, book_of(shipped_open()))
    enumerated.decide(setting)
    return list(enumerated.reached)


# ------------------------------------------------------------------------------ what breaks a proof


def test_a_combination_that_breaks_a_law_is_kept_with_its_situation() -> None:
    book = book_of(shipped_open())._replace(sections=frozenset())
    enumerated = Enumerated(Laboratory(shipped_open().library), book)

    for days in range(7):
        enumerated.decide(ground_of(small()).setting._replace(received_days=days, units=days + 1))

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

    enumerated.decide(ground_of(small()).setting)

    assert ["2 determinations of one line"] == [
        found.what for found in enumerated.breaches["one_determination"]
    ]


@WHOLE_SPACE
def test_classes_that_are_not_alike_and_criteria_that_lean_elsewhere_are_breaches() -> None:
    class Moody(Laboratory):
        """Decides every second time for another diagnosis."""

        turns = 0

        def decide(self, situation: Situation) -> tuple:  # type: ignore[type-arg]
            self.turns += 1
            first, *others = situation.facts
            if self.turns % 2:
                first = first._replace(diagnoses=(PROSTATE,))  # type: ignore[call-arg]
            return super().decide(situation._replace(facts=(first, *others)))

    plan = {"sample-commercial": small().library.plans["sample-commercial"]}
    opened = small("C62.0,billable,,", plans=plan, modifiers={}, authorities=())
    moody = Decisions(opened)
    moody._laboratory = Moody(opened.library)

    assert "is decided otherwise than" in faults(_check(moody, "diagnoses"))[0]
    assert "depends on something that it does not look at" in faults(_check(moody, "criteria"))[0]


# -------------------------------------------------------------------------------- rows and codes


def test_no_row_or_code_of_the_shipped_library_is_dead() -> None:
    assert () == _check(Decisions(shipped_open()), "rows").faults


@pytest.mark.parametrize(
    ("opened", "dead"),
    [
        pytest.param(
            small(
                mrs={
                    **small().library.mrs,
                    "99999": MrsCode(investigational=True, has_components=False),
                }
            ),
            [],
            id="a_code_that_is_decided",
        ),
        pytest.param(
            small(modifiers={"59": "distinct"}), ["code_sets/modifiers.csv: 59"], id="modifier"
        ),
        pytest.param(
            small(symptom_chapters=frozenset("Q")),
            ["code_sets/symptom_chapters.csv: Q"],
            id="letter",
        ),
        pytest.param(
            small("E72.53,billable,,2024-12-01"),
            [],
            id="a_code_of_the_table_alone",
        ),
    ],
)
def test_what_changes_nothing_is_dead(opened: OpenLibrary, dead: list[str]) -> None:
    found = dead_of(opened)

    assert set(dead) <= set(found)
    assert not any("99999" in one for one in found)


def test_a_listed_code_that_was_never_billable_under_the_version_is_dead() -> None:
    indications = {**small().library.indications, "E72.53": small().library.indications[TUMOUR]}

    found = dead_of(small("E72.53,billable,,2024-12-01", indications=indications))

    assert "code_sets/indications.csv: E72.53" in found


def test_an_authority_row_is_dead_where_no_plan_has_its_line_of_business() -> None:
    assert "authorities.csv: NCD 220.2.1, lines_of_business: dsnp" in dead_of(small())


def test_a_purpose_that_no_code_has_is_dead() -> None:
    assert "code_sets/indication_names.csv: indication 2 changes nothing" in faults(
        _check(Decisions(small()), "rows")
    )


def test_a_library_under_which_nothing_is_approved_says_so() -> None:
    nothing = Decisions(small(conventional_imaging={}, company=()))

    assert () == nothing._grounds
    assert ["nothing is ever approved under version 2025-03-17"] == faults(
        _check(nothing, "versions")
    )
    assert all("indication" in fault for fault in faults(_check(nothing, "rows")))


# ------------------------------------------------------------------------------------ parameters


def test_every_parameter_of_the_shipped_library_decides_something() -> None:
    found = _check(Decisions(shipped_open()), "parameters")

    assert () == found.faults
    assert ("exclusive_indications = (1, 3, 6) decides nothing otherwise",) == found.notes


def test_a_parameter_that_decides_nothing_is_named() -> None:
    found = _check(Decisions(small()), "parameters")

    assert ["skull_base_pet_counts decides nothing", "unlisted_but_documented decides nothing"] == (
        faults(found)
    )


# --------------------------------------------------------------------- versions, spans and classes


def test_each_version_has_a_ground_of_its_own() -> None:
    (version,) = small().library.versions
    first = replace(version, version="first", effective_to=date(2025, 9, 1))
    second = replace(version, version="second", effective_from=date(2025, 9, 1))
    unknown = replace(
        version,
        version="unknown",
        effective_from=date(2026, 12, 1),
        effective_to=date(2027, 1, 1),
    )

    found = _grounds(small(versions=(first, second, unknown)))

    days = [ground.setting.on for ground in found]
    assert ["first", "second", "unknown"] == [ground.version.version for ground in found]
    assert days[0] < date(2025, 9, 1) <= days[1]
    assert date(2026, 12, 1) == days[2]


def test_a_ground_without_an_exclusive_diagnosis_is_better_than_none() -> None:
    opened = small()
    abscess = {ABSCESS: opened.library.indications[ABSCESS]}

    assert (ABSCESS,) == ground_of(small(indications=abscess)).setting.diagnoses


def test_a_library_without_pet_codes_or_modifiers_can_be_gone_through() -> None:
    bare = small(pet={}, modifiers={}, authorities=())
    ground = ground_of(bare)
    enumerated = Enumerated(Laboratory(bare.library), book_of(bare))

    for part in _parts(bare, ground):
        for setting in part:
            enumerated.decide(setting)

    assert {} == enumerated.breaches


def test_no_row_is_added_where_each_line_of_business_has_one_already() -> None:
    opened = small()
    every = frozenset({"commercial", "essential_plan", "child_health_plus"})
    full = replace(
        opened.library.authorities[0],
        lines_of_business=every | {"medicaid", "medicare", "dsnp"},
        effective_to=None,
    )
    library = replace(opened.library, authorities=(full,))

    added = list(addable_rows(library, "76390", ground_of(opened)))

    assert {"LCD", "eMedNY"} == {one.authority for one in added}


def test_spans_are_cut_where_anything_dated_begins_or_ends() -> None:
    opened = small("E72.53,billable,2025-10-01,")

    spans = spans_of_dates(opened.library, opened.table)

    assert Span(date(2025, 3, 17), date(2025, 9, 30)) in spans
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(spans))


def test_of_a_large_class_codes_are_spread_over_it() -> None:
    classes = classes_of_diagnoses(shipped_open().library, shipped_open().table)
    largest = max(classes, key=lambda held: len(held.codes))

    sample = list(sample_of(largest))

    assert len(sample) <= SAMPLED + 1
    assert (largest.codes[0], largest.codes[-1]) == (sample[0], sample[-1])


def test_plans_of_one_kind_are_asked_once() -> None:
    opened = small()
    twin: Plan = replace(opened.library.plans["sample-commercial"], plan_id="twin")
    plans = {**opened.library.plans, "twin": twin}

    assert "twin" not in _plans_of(small(plans=plans))
    assert UNKNOWN_PLAN == _plans_of(opened)[-1]


def test_a_variant_adds_to_what_is_beside_a_line() -> None:
    setting = ground_of(small()).setting._replace(beside=(claim("C-8"),))

    changed = Variant("", (claim("C-9"),), {"units": 2}).of(setting)

    assert (2, ["C-8", "C-9"]) == (changed.units, [one.claim_id for one in changed.beside])  # type: ignore[union-attr]


# -------------------------------------------------------------------------------- the whole of it


def test_a_library_is_opened_with_all_that_is_around_it() -> None:
    opened = open_library(SHIPPED, SHIPPED / "plans")

    assert shipped_open().library.digest == opened.library.digest
    assert "code_sets/carc_rarc.csv" in opened.sources


def test_all_checks_are_made_the_quick_ones_first() -> None:
    proof = LibraryCheck(small(), date(2025, 12, 1))
    proof._decisions = decisions()

    names = [check.name for check in proof.checks()]

    assert ["dates", "listed_codes", "headings"] == names[:3]
    assert ["outcomes", "criteria", "diagnoses", "reasons"] == names[-4:]
    assert 43 == len(list(proof.witnesses()))


def _check(of: Decisions, name: str) -> Check:
    return next(check for check in of.checks() if check.name == name)


def _plans_of(opened: OpenLibrary) -> tuple[str, ...]:
    return classes_of_plans(opened.library)


def _parts(opened: OpenLibrary, ground: Ground) -> list[list[Setting]]:
    classes = classes_of_diagnoses(opened.library, opened.table)
    return [list(part.settings)[::7] for part in parts(opened.library, ground, classes)]
