"""
What each parameter may do to the lines of a plan, in the direction that the rules imply.

A law about exclusivity is about a line by itself: with all others as they were. What follows from
others coming out otherwise may go against it; such exceptions are named here, each with a witness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from rules.analysis.two_libraries import MemberDecisions, compare, decide
from rules.determination import Determination
from rules.facts import Event
from rules.history.record import Record, append
from rules.library_model import Library
from rules.truth import Truth
from tests.rules.builders import (
    LIMITED_MRI,
    claim,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import library, shipped
from tests.rules.deciding import reasons as reasons_of
from tests.support.event_builders import encoded
from tests.support.remittance import CODES
from worker.bench.plan import member_events
from worker.events.decode import decode

MEMBERS = 500
SEED = "metamorphic"

AGAINST = {Truth.NOT_ASKED: -1, Truth.MET: 0, Truth.UNKNOWN: 1, Truth.NOT_MET: 2}
"""How much an answer speaks against a line."""


class Law(NamedTuple):
    """Values of a parameter, and what may not happen from each to the next."""

    sentence: str
    parameter: str
    values: Sequence[object]
    holds: Callable[[Determination, Determination], bool]
    """Of one line under a value, and under the next one."""
    is_about_it_alone: bool = True
    """With everything else as it was; else whatever else comes out otherwise too."""


def answer(one: Determination, criterion: str) -> tuple[Truth, str | None] | None:
    """What a criterion said of a line; None where it is not asked of such lines."""
    for finding in one.findings:
        if finding.criterion == criterion:
            return finding.answer, finding.reason
    return None


def reason(one: Determination, criterion: str) -> str | None:
    found = answer(one, criterion)
    return None if found is None else found[1]


def exclusivity_grows(before: Determination, after: Determination) -> bool:
    """The finding of exclusivity never speaks less against the line."""
    was, is_now = (answer(one, "pet_exclusivity") for one in (before, after))
    return was is None or is_now is None or AGAINST[was[0]] <= AGAINST[is_now[0]]


def only_pet_lines(before: Determination, after: Determination) -> bool:
    is_same = (before.outcome, before.reason) == (after.outcome, after.reason)
    return exclusivity_grows(before, after) and (is_same or before.service == "pet")


def never_adds(*reasons: str, criterion: str) -> Callable[[Determination, Determination], bool]:
    """A line whose finding gives one of the reasons gave one of them before."""
    return lambda before, after: (
        reason(after, criterion) not in reasons or reason(before, criterion) in reasons
    )


def keeps_met(before: Determination, after: Determination) -> bool:
    was, is_now = (answer(one, "conventional_imaging") for one in (before, after))
    return was is None or was[0] is not Truth.MET or is_now == was


def only_due_dates(before: Determination, after: Determination) -> bool:
    later = None if before.due_on is None else before.due_on.toordinal() + 5
    return before._replace(due_on=None) == after._replace(due_on=None) and later == (
        None if after.due_on is None else after.due_on.toordinal()
    )


ABSENT, UNKNOWN = "CONVENTIONAL_IMAGING_ABSENT", "CONVENTIONAL_IMAGING_UNKNOWN"
UNUSABLE = "CONVENTIONAL_IMAGING_UNUSABLE"

LAWS = (
    Law("a longer window never speaks less against a line",
        "exclusivity_window_days", (0, 60, 89, 90, 91, 365), exclusivity_grows),
    Law("more statuses in which a study stands never speak less against a line",
        "standing_statuses",
        ((), ("paid",), ("paid", "allowed"), ("performed", "paid", "allowed"),
         ("performed", "paid", "allowed", "denied")), exclusivity_grows),
    Law("a first study of limited result that counts more never speaks less against a line",
        "limited_first_study", ("ignore", "pend", "stands"), exclusivity_grows),
    Law("what is made of a PET after a spectroscopy is about PET lines alone",
        "pet_after_mrs", ("ignore", "pend", "deny"), only_pet_lines),
    Law("a PET from the skull base down that counts never speaks less against a line",
        "skull_base_pet_counts", (False, True), exclusivity_grows),
    Law("authorized services that may be taken back are never better off",
        "authorized_exclusivity", ("pend", "deny"), exclusivity_grows),
    Law("more indications that exclude each other never speak less against a line",
        "exclusive_indications", ((), (3,), (1, 3, 4), (1, 3, 4, 6), (1, 2, 3, 4, 5, 6)),
        exclusivity_grows),
    Law("a longer lookback never adds a denial for want of imaging",
        "conventional_lookback_days", (30, 90, 179, 180, 181, 365),
        never_adds(ABSENT, criterion="conventional_imaging"), is_about_it_alone=False),
    Law("a longer lookback never adds a line without imaging on record",
        "conventional_lookback_days", (30, 90, 179, 180, 181, 365),
        never_adds(ABSENT, UNKNOWN, criterion="conventional_imaging"), is_about_it_alone=False),
    Law("a longer lookback never takes away imaging that was limited",
        "conventional_lookback_days", (30, 90, 179, 180, 181, 365), keeps_met,
        is_about_it_alone=False),
    Law("a longer memory of useless imaging never adds a denial for want of imaging",
        "unusable_lookback_days", (0, 180, 181, 365, 729, 730, 731),
        never_adds(ABSENT, criterion="conventional_imaging"), is_about_it_alone=False),
    Law("a conclusive study that must answer the line never adds a denial by one",
        "conclusive_must_answer", (False, True),
        never_adds("CONVENTIONAL_IMAGING_CONCLUSIVE", criterion="conventional_imaging"),
        is_about_it_alone=False),
    Law("a PET that need not have answered every question never speaks less against a line",
        "exclusivity_questions", ("all", "any"), exclusivity_grows),
    Law("a body PET that may be certain never speaks less against a line",
        "body_pet_certainty", ("perhaps", "certain"), exclusivity_grows),
    Law("a longer lag never adds a denial for want of imaging",
        "imaging_claim_lag_days", (0, 10, 29, 30, 31, 60),
        never_adds(ABSENT, criterion="conventional_imaging"), is_about_it_alone=False),
    Law("accepting documented codes never adds a pend for the indication",
        "unlisted_but_documented", ("pend", "accept"),
        never_adds("INDICATION_UNCLEAR", criterion="indication"), is_about_it_alone=False),
    Law("accepting documented codes never adds a denial for the indication",
        "unlisted_but_documented", ("pend", "accept"),
        never_adds("INVESTIGATIONAL_INDICATION", criterion="indication"),
        is_about_it_alone=False),
    Law("days to wait change due dates and nothing else",
        "pend_due_days", (25, 30, 35), only_due_dates, is_about_it_alone=False),
)  # fmt: skip


@cache
def records() -> tuple[Record, ...]:
    """Members of a generated plan, as they would be recorded."""
    return tuple(_record(member_events(SEED, member)) for member in range(MEMBERS))


def _record(events: Sequence[Mapping[str, Any]]) -> Record:
    known = Record()
    for each in events:
        event = decode(encoded(each), CODES)
        assert isinstance(event, Event)
        if all(origin.id != event.id for origin, _ in known.entries()):
            known = append(known, event, b"")
    return known


@cache
def decided(parameter: str, value: object) -> tuple[MemberDecisions, ...]:
    using = library(**{parameter: value})
    return tuple(decide(known, using) for known in records())


@pytest.mark.parametrize("law", LAWS, ids=[law.sentence.replace(" ", "_") for law in LAWS])
def test_a_law_holds_of_every_line_of_a_generated_plan(law):
    broken, changed = [], 0

    for value, following in pairwise(law.values):
        using = library(**{law.parameter: following})
        both = zip(decided(law.parameter, value), decided(law.parameter, following), strict=True)
        for known, (before, after) in zip(records(), both, strict=True):
            compared = compare(known, before, after, using)
            lines = compared.by_itself if law.is_about_it_alone else after.determinations
            for was, is_now in zip(before.determinations, lines, strict=True):
                changed += was != is_now
                if not law.holds(was, is_now) and not _is_excepted(law, known):
                    broken.append((was, is_now, value, following))

    assert [] == broken
    assert changed, "the plan has no line that this parameter could change"


def _is_excepted(law: Law, known: Record) -> bool:
    """More exclusive indications also let more radiotherapy begin a new episode."""
    treatments = shipped().versions[0].codes.episode_reset
    billed = {line.procedure for _, one in known.claims for line in one.lines}
    radiotherapy = {code for code in billed if treatments.get(code) == "radiotherapy"}
    return law.parameter == "exclusive_indications" and bool(radiotherapy)


def test_every_parameter_has_a_law():
    parameters = shipped().versions[0].parameters.keys()

    assert parameters == {law.parameter for law in LAWS}


# ------------------------------------------------------------------------------------- exceptions


def test_a_shorter_window_adds_a_denial_only_where_another_line_or_study_comes_out_otherwise():
    shorter = library(exclusivity_window_days=60)
    denials = {"PET_EXCLUSIVE", "PET_EXCLUSIVE_SAME_DAY"}
    added = [
        flip.is_first_order
        for known in records()
        for flip in compare(known, decide(known, shipped()), decide(known, shorter), shorter).flips
        if flip.after.reason in denials and flip.before.reason not in denials
    ]

    assert {False} == set(added)


WINDOW_CASCADE = [
    claim("C-0", on=-70),
    report("S-0", on=-80),
    pet("P-1", on=0),
    claim("C-1", on=20),
    report("S-1", on=10),
]
"""The PET is redundant within 90 days of the first spectroscopy; then it does not stand."""


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(90, {"C-0": "CRITERIA_MET", "P-1": "PET_EXCLUSIVE", "C-1": "CRITERIA_MET"},
                     id="redundant_it_stands_no_longer"),
        pytest.param(60, {"C-0": "CRITERIA_MET", "P-1": "NO_CONFLICT", "C-1": "PET_EXCLUSIVE"},
                     id="a_shorter_window_lets_it_stand"),
    ],
)  # fmt: skip
def test_a_shorter_window_can_add_a_denial_by_letting_a_pet_stand(days, expected):
    assert expected == _mrs_and_pet(WINDOW_CASCADE, library(exclusivity_window_days=days))


def test_with_one_more_study_a_pet_that_becomes_redundant_stands_no_longer():
    fewer = [pet("P-1", on=0), claim("C-1", on=20), report("S-1", on=10)]
    more = [*fewer, pet_report("M-0", "76390", on=-20)]

    before, after = (_mrs_and_pet(facts, shipped()) for facts in (fewer, more))

    assert {"P-1": "NO_CONFLICT", "C-1": "PET_EXCLUSIVE"} == before
    assert {"P-1": "PET_EXCLUSIVE", "C-1": "CRITERIA_MET"} == after


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(90, UNUSABLE, id="too_old"),
        pytest.param(180, "CONVENTIONAL_IMAGING_CONCLUSIVE", id="seen"),
    ],
)
def test_a_longer_lookback_can_add_a_denial_by_an_old_conclusive_scan(days, expected):
    facts = [claim(), report(on=-150, result="conclusive")]

    assert {"C-1": expected} == _mrs_and_pet(facts, library(conventional_lookback_days=days))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(90, "CONVENTIONAL_IMAGING_CONCLUSIVE", id="only_the_conclusive_one"),
        pytest.param(180, "CONVENTIONAL_RESULT_UNKNOWN", id="two_that_disagree"),
    ],
)
def test_a_longer_lookback_can_turn_a_denial_into_a_pend(days, expected):
    facts = [claim(), report("S-1", on=-150), report("S-2", on=-10, result="conclusive")]

    assert {"C-1": expected} == _mrs_and_pet(facts, library(conventional_lookback_days=days))


@pytest.mark.parametrize(
    ("indications", "expected"),
    [
        pytest.param((1, 3, 4), "PET_EXCLUSIVE", id="no_new_episode"),
        pytest.param((1, 3, 4, 6), "CRITERIA_MET", id="radiotherapy_for_seizures_begins_one"),
    ],
)
def test_more_exclusive_indications_can_take_a_denial_away_by_a_treatment(indications, expected):
    facts = [
        pet_report(on=-30),
        claim("T-1", "77412", on=-20, diagnoses=("G40.209",)),
        claim(),
        LIMITED_MRI,
    ]

    assert expected == _mrs_and_pet(facts, library(exclusive_indications=indications))["C-1"]


def test_a_pet_that_may_follow_can_add_a_denial_to_a_later_spectroscopy():
    facts = [claim("C-0", on=-20), report("S-0", on=-25), pet("P-1", on=0),
             claim("C-1", on=20), report("S-1", on=10)]  # fmt: skip

    denied, ignored = (
        _mrs_and_pet(facts, library(pet_after_mrs=value)) for value in ("deny", "ignore")
    )

    assert ("PET_EXCLUSIVE", "CRITERIA_MET") == (denied["P-1"], denied["C-1"])
    assert ("NO_CONFLICT", "PET_EXCLUSIVE") == (ignored["P-1"], ignored["C-1"])


def test_accepting_documented_codes_can_add_a_denial_to_a_later_pet():
    one = ("G40.209",)
    facts = [claim(diagnoses=one), LIMITED_MRI, pet(on=10, diagnoses=one)]

    pended, accepted = (
        _mrs_and_pet(facts, library(unlisted_but_documented=value)) for value in ("pend", "accept")
    )

    assert {"C-1": "INDICATION_UNCLEAR", "P-1": "PET_EXCLUSIVITY_UNCLEAR"} == pended
    assert {"C-1": "CRITERIA_MET", "P-1": "PET_EXCLUSIVE"} == accepted


def _mrs_and_pet(facts: Sequence[Any], using: Library) -> dict[str, str]:
    """The reason of each claim but the treatments'."""
    found = reasons_of(*facts, using=using)
    return {claim_id: why for claim_id, why in found.items() if not claim_id.startswith("T-")}
