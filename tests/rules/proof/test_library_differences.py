"""Which classes of claims two libraries decide differently: each with a smallest witness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from rules.analysis.two_libraries import compare, decide
from rules.facts import Claim, Event, Report
from rules.history.record import Record, append
from rules.library_model import Library
from rules.loading.icd10cm import Icd10cmTable
from rules.proof.answer_pairs import LaboratoryPair
from rules.proof.check import OpenLibrary
from rules.proof.difference_causes import DifferenceCause, DifferenceCauses
from rules.proof.differences import ClassDifference, Comparison, compare_libraries
from rules.proof.situation import Laboratory
from rules.proof.two_sides import Side, TwoSides
from rules.proof.witnesses import reduced
from tests.rules.proof_libraries import ABSCESS, SETS, TUMOUR, shipped_open, small, table_of
from tests.support.event_builders import encoded
from tests.support.libraries import with_versions
from tests.support.remittance import CODES
from worker.bench.plan import member_events
from worker.events.decode import decode

COMMERCIAL = "sample-commercial"
MEMBERS = 300


SHIPPED = shipped_open().library.versions[0].codes
ONE = ("C71.1,billable,,",)
TWO = (*ONE, "G06.0,billable,,")


def few(rows: tuple[str, ...] = ONE, **others: Any) -> OpenLibrary:
    """A library of one plan and few diagnoses, without modifiers: a space soon gone through."""
    own, table = small(), table_of()
    table = Icd10cmTable(sorted(rows), table.knows_from, table.knows_to)
    shipped = shipped_open().library
    few: dict[str, Any] = {
        "plans": {COMMERCIAL: shipped.plans[COMMERCIAL]},
        "modifiers": {},
        "authorities": (),
        "jurisdictions": (),
        "company": (),
        "brain_tumour": frozenset(),
        "indications": {code: SHIPPED.indications[code] for code in (TUMOUR, ABSCESS)},
        "icd10cm": table,
    } | others
    sets = {name: few.pop(name) for name in SETS & few.keys()}
    versions = few.pop("versions", own.library.versions)
    changed = tuple(replace(one, codes=replace(one.codes, **sets)) for one in versions)
    return own._replace(library=with_versions(own.library, changed, **few), table=table)


def answering(opened: OpenLibrary, **parameters: Any) -> OpenLibrary:
    """The library with parameters answered otherwise."""
    versions = tuple(version.with_answers(parameters) for version in opened.library.versions)
    return opened._replace(library=with_versions(opened.library, versions))


@cache
def before() -> OpenLibrary:
    return few()


def shorter_window() -> tuple[OpenLibrary, OpenLibrary]:
    return before(), answering(before(), exclusivity_window_days=60, pend_due_days=31)


def shorter_lookback() -> tuple[OpenLibrary, OpenLibrary]:
    own = answering(few(watched={}), unusable_lookback_days=0)
    return own, answering(own, conventional_lookback_days=90)


@cache
def compared(two: Callable[[], tuple[OpenLibrary, OpenLibrary]]) -> Comparison:
    return compare_libraries(*two())


def endings(found: Comparison) -> set[tuple[str, str, str]]:
    return {(one.how.before.service, one.how.before.reason, one.how.after.reason)
            for one in found.classes}  # fmt: skip


def class_of(found: Comparison, was: str, is_now: str, *details: str) -> ClassDifference:
    (one,) = [
        one
        for one in found.classes
        if (one.how.before[::2], one.how.after.reason) == (("mrs", was), is_now)
        and one.how.details == details
    ]
    return one


# ------------------------------------------------------------------------------------ one parameter


def test_a_library_is_no_other_than_itself():
    told: list[int] = []

    found = compare_libraries(before(), before(), told.append)

    assert ((), 0) == (found.classes, found.differing)
    assert found.combinations > 1000
    assert found.combinations == sum(told), "who waits is told of each situation"


@pytest.mark.uncounted
def test_a_shorter_window_lets_a_spectroscopy_after_a_pet_be_approved():
    one = class_of(compared(shorter_window), "PET_EXCLUSIVE", "CRITERIA_MET")

    assert (DifferenceCause("parameter", "exclusivity_window_days", "90", "60"),) == one.turns_on
    asked, *others = one.situation.facts
    assert isinstance(asked, Claim)
    (pet,) = [fact for fact in others if isinstance(fact, Report) and fact.procedure == "78608"]
    assert 60 < (asked.lines[0].date_of_service - pet.date_of_service).days <= 90


@pytest.mark.uncounted
def test_what_differs_only_since_an_earlier_study_does_is_a_class_of_its_own():
    assert {
        ("pet", "PET_EXCLUSIVE", "NO_CONFLICT"),
        ("pet", "PET_EXCLUSIVITY_UNCLEAR", "PET_EXCLUSIVE"),
        ("mrs", "CRITERIA_MET", "PET_EXCLUSIVE"),
    } <= endings(compared(shorter_window))


@pytest.mark.uncounted
def test_each_witness_shows_its_difference_and_nothing_in_it_can_be_left_out():
    first, second = (Laboratory(one.library) for one in shorter_window())

    for one in compared(shorter_window).classes:

        def shows(situation: Any, one: ClassDifference = one) -> bool:
            decided = one.decided._replace(
                before=first.answer(situation), after=second.answer(situation)
            )
            return decided.differs == one.how

        assert shows(one.situation)
        assert one.situation == reduced(one.situation, shows)


@pytest.mark.uncounted
def test_of_several_parameters_a_class_names_those_that_it_turns_on():
    found = compared(shorter_window)

    one = class_of(found, "PET_EXCLUSIVE", "CRITERIA_MET")
    assert ["exclusivity_window_days"] == [turn.name for turn in one.turns_on]
    unknown = "CONVENTIONAL_IMAGING_UNKNOWN"
    later = class_of(found, unknown, unknown, "due_on")
    assert ["pend_due_days"] == [turn.name for turn in later.turns_on]


# -------------------------------------------------------------------------------- pairs of verdicts


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        pytest.param(
            "CRITERIA_MET", "CONVENTIONAL_IMAGING_ABSENT",
            id="with_a_complete_history",
        ),
        pytest.param(
            "CONVENTIONAL_IMAGING_CONCLUSIVE", "CONVENTIONAL_IMAGING_ABSENT",
            id="another_denial_with_a_complete_history",
        ),
        pytest.param(
            "CRITERIA_MET", "CONVENTIONAL_RESULT_UNKNOWN",
            id="beside_a_later_study_of_no_result",
        ),
        pytest.param(
            "SUSPECT_DUPLICATE", "CONVENTIONAL_IMAGING_ABSENT",
            id="behind_what_may_be_a_duplicate",
        ),
        pytest.param(
            "CONVENTIONAL_IMAGING_CONCLUSIVE", "SUSPECT_DUPLICATE",
            id="that_leaves_what_may_be_a_duplicate",
        ),
        pytest.param(
            "REPEAT_SAME_DAY", "CONVENTIONAL_IMAGING_ABSENT",
            id="behind_a_repeat",
        ),
    ],
)  # fmt: skip
def test_a_changed_answer_is_held_beside_what_any_other_criterion_answers(was, is_now):
    assert ("mrs", was, is_now) in endings(compared(shorter_lookback))


@pytest.mark.uncounted
@pytest.mark.parametrize("two", [shorter_window, shorter_lookback])
def test_all_that_flips_in_a_generated_plan_is_of_one_of_the_classes(two):
    first, second = (one.library for one in two())

    flipped = {
        (flip.before.service, flip.before.reason, flip.after.reason)
        for member in range(MEMBERS)
        for flip in _flips(_recorded(member), first, second)
    }

    assert len(flipped) > 2
    assert flipped <= endings(compared(two))


# -------------------------------------------------------------------------------- what is turned on


def _other_spans_and_plans(own: Library) -> OpenLibrary:
    (version,) = own.versions
    plan = own.plans[COMMERCIAL]
    new = replace(plan, plan_id="new-plan", excluded_procedures=frozenset({"76390"}))
    return few(
        watched={},
        versions=(replace(version, effective_from=date(2025, 4, 1)),),
        plans={
            COMMERCIAL: replace(
                plan, investigational_group="PR", excluded_procedures=frozenset({"0609T"})
            ),
            "new-plan": new,
            "newer-plan": replace(new, plan_id="newer-plan"),
        },
    )


def _other_words(own: Library) -> OpenLibrary:
    """Of a diagnosis in two tables, a modifier, a reason and a need."""
    denial = own.reasons["CONVENTIONAL_IMAGING_CONCLUSIVE"]
    return few(
        ("C71.1,billable,2025-01-01,2026-02-01", "G06.0,billable,,"),
        indications={TUMOUR: SHIPPED.indications[TUMOUR]},
        reasons={**own.reasons, denial.code: replace(denial, rarc=("N1",))},
        needs={**own.needs, "pet_result": "The result of the PET in other words."},
        modifiers={"50": "bilateral"},
    )


def _other_procedures(own: Library) -> OpenLibrary:
    return few(
        conventional_imaging={"70551": SHIPPED.conventional_imaging["70551"]},
        episode_reset={"61512": "surgery"},
        decided={**own.versions[0].codes.decided, "76391": own.versions[0].codes.decided["76390"]},
    )


@cache
def otherwise(change: Callable[[Library], OpenLibrary]) -> set[DifferenceCause]:
    scans = {code: SHIPPED.conventional_imaging[code] for code in ("70551", "70553")}
    own = {
        _other_spans_and_plans: few(watched={}),
        _other_words: few(TWO),
        _other_procedures: few(conventional_imaging=scans),
    }[change]
    return turns(own, change(own.library))


def turns(first: OpenLibrary, second: OpenLibrary) -> set[DifferenceCause]:
    """What is turned on by all that differs before anything is gone around."""
    pair = LaboratoryPair(Laboratory(first.library), Laboratory(second.library))
    sides = TwoSides(Side(pair.before, first.table), Side(pair.after, second.table))
    named = DifferenceCauses(sides)
    found: set[DifferenceCause] = set()
    for setting in sides.settings():
        decided = pair.decided(setting.situation())
        if decided.differs:
            found.update(named.of(setting.situation(), *decided))
    return found


@pytest.mark.parametrize(
    ("change", "turn"),
    [
        pytest.param(
            _other_words, ("diagnosis", ABSCESS, "listed 5", "not classed"),
            id="a_code_that_has_no_indication_any_more",
        ),
        pytest.param(
            _other_words, ("diagnosis", TUMOUR, "listed 1 3 4", "listed 1 3 4"),
            id="a_code_that_ended",
        ),
        pytest.param(
            _other_words, ("reason", "CONVENTIONAL_IMAGING_CONCLUSIVE"),
            id="a_reason_of_other_codes",
        ),
        pytest.param(_other_words, ("need", "pet_result"), id="a_need_in_other_words"),
        pytest.param(
            _other_words, ("modifier", "50", "none", "bilateral"),
            id="a_modifier_that_means_something",
        ),
        pytest.param(
            _other_spans_and_plans,
            ("plan", COMMERCIAL, "investigational_group CO, excluded_procedures none",
             "investigational_group PR, excluded_procedures 0609T"),
            id="a_plan_of_another_group",
        ),
        pytest.param(
            _other_spans_and_plans, ("plan", "new-plan", "not known", "known", ("newer-plan",)),
            id="plans_that_are_new_and_alike",
        ),
        pytest.param(
            _other_spans_and_plans, ("policy", "6.01.03", "2025-03-17", "none"),
            id="a_version_that_begins_later",
        ),
        pytest.param(
            _other_procedures, ("procedure", "70553", "conventional_imaging", "none"),
            id="an_image_that_no_longer_counts",
        ),
        pytest.param(
            _other_procedures, ("procedure", "61510", "episode_reset", "none"),
            id="a_treatment_that_no_longer_counts",
        ),
        pytest.param(
            _other_procedures, ("procedure", "61512", "none", "episode_reset"),
            id="a_treatment_that_counts_now",
        ),
        pytest.param(
            _other_procedures, ("procedure", "76391", "none", "mrs"),
            id="a_spectroscopy_that_is_new",
        ),
    ],
)  # fmt: skip
def test_whatever_is_said_otherwise_is_named_with_what_each_of_the_two_says(change, turn):
    assert turn in {held[: len(turn)] for held in otherwise(change)}


def test_a_row_of_another_authority_is_named_where_it_decides():
    plans = {"sample-medicare": shipped_open().library.plans["sample-medicare"]}
    row = replace(small().library.authorities[0], effective_to=None)

    found = turns(few(plans=plans, watched={}), few(plans=plans, watched={}, authorities=(row,)))

    assert ("authority", "76390") in {turn[:2] for turn in found}


def test_a_code_that_is_none_in_the_other_table_is_said_to_be_none():
    found = turns(few(TWO, watched={}), few(ONE, watched={}))

    assert {"no code"} == {turn.after for turn in found if turn.name == ABSCESS}


def test_a_library_that_lost_its_spectroscopies_can_be_compared():
    modifiers = {"50": "bilateral"}

    found = compare_libraries(few(modifiers=modifiers), few(modifiers=modifiers, decided={}))

    assert {("procedure", "76390")} == {turn[:2] for one in found.classes for turn in one.turns_on}
    assert ("mrs", "CRITERIA_MET", "OUT_OF_SCOPE") in endings(found)


# ------------------------------------------------------------------------------------------ helpers


def _recorded(member: int) -> Record:
    known = Record()
    for each in member_events("differences", member):
        event = decode(encoded(_with_known_codes(each)), CODES)
        assert isinstance(event, Event)
        if all(origin.id != event.id for origin, _ in known.entries()):
            known = append(known, event, b"")
    return known


def _with_known_codes(event: dict[str, Any]) -> dict[str, Any]:
    """With the one diagnosis that the small table has in place of others."""
    data = event["data"]
    if "diagnoses" not in data:
        return event
    return event | {"data": data | {"diagnoses": [TUMOUR] * len(data["diagnoses"])}}


def _flips(known: Record, first: Library, second: Library) -> Any:
    return compare(known, decide(known, first), decide(known, second), second).flips
