"""What must never deny, of every member: one more word, or this software where a person has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Claim, Event, Fact
from rules.history.diagnoses import is_circumstance
from rules.library_model import Library
from rules.plans import DenialMode, JurisdictionRow
from rules.truth import Truth
from tests.rules.builders import (
    LIMITED_MRI,
    attestation,
    authorization,
    claim,
    coverage,
    day,
    finalization,
    instant,
    pet_report,
    record_of,
    report,
    review,
    treatment,
    void,
)
from tests.rules.deciding import decide_line, shipped
from tests.rules.nasty_members import effort, members, nasty_library

LineKey = tuple[str, int]
CLINICAL = frozenset(
    {
        "INVESTIGATIONAL_SERVICE",
        "INVESTIGATIONAL_INDICATION",
        "CONVENTIONAL_IMAGING_CONCLUSIVE",
        "CONVENTIONAL_IMAGING_ABSENT",
        "PET_EXCLUSIVE",
        "PET_EXCLUSIVE_SAME_DAY",
    }
)
GOODNESS = {Truth.NOT_MET: 0, Truth.NOT_ASKED: 1, Truth.UNKNOWN: 1, Truth.MET: 2}


def decided(events: list[Event], using: Library | None = None) -> Mapping[LineKey, Determination]:
    found = adjudicate(record_of(events), using or nasty_library())
    return {(one.claim_id, one.line): one for one in found}


def told(fact: Fact, hours: int = 0) -> Event:
    """One more event, after all that are drawn."""
    return Event("M-1", f"z-{hours}", "/z", instant(25, hours), fact)


# ------------------------------------------------------------------------------- one diagnosis more

SAYS_NOTHING = ("I10", "C61", "F44.5", "R06.5", "Z79.01", "V89.2XXA", "W19.XXXA", "X58.XXXA")
"""Unrelated codes and circumstances."""


def with_diagnosis(one: Claim, number: int, code: str) -> Claim:
    """The claim with one more code, on one of its lines alone."""
    everything = tuple(range(1, len(one.diagnoses) + 1))
    lines = []
    for line in one.lines:
        pointers = line.diagnosis_pointers or everything
        if line.number == number:
            pointers = (*pointers, len(one.diagnoses) + 1)
        lines.append(line._replace(diagnosis_pointers=pointers))
    return one._replace(diagnoses=(*one.diagnoses, code), lines=tuple(lines))


def says_something(one: Claim, number: int) -> bool:
    """Whether a line has a valid diagnosis that is no circumstance."""
    (line,) = [line for line in one.lines if line.number == number]
    on = line.date_of_service
    named = [one.diagnoses[p - 1] for p in line.diagnosis_pointers] or one.diagnoses
    return any(
        shipped().icd10cm.validity(code, on) == "billable"
        and not is_circumstance(code, shipped().policies[0].codes_on(on))
        for code in named
    )


@given(members(), st.integers(1, 2), st.sampled_from(SAYS_NOTHING))
@effort(80)
def test_a_code_that_says_nothing_denies_no_spectroscopy_that_was_held(
    events: list[Event], number: int, code: str
) -> None:
    before = decided(events)
    for at, event in enumerate(events):
        one = event.fact
        if not isinstance(one, Claim):
            continue
        line = before.get((one.claim_id, number))
        if line is None or line.service != "mrs" or line.outcome != "pended":
            continue
        if number not in [each.number for each in one.lines] or not says_something(one, number):
            continue
        more = event._replace(fact=with_diagnosis(one, number, code))

        after = decided([*events[:at], more, *events[at + 1 :]])

        assert after[(one.claim_id, number)].outcome != "denied"


OPEN = ("D49.6", "R90.0", "B20", "Z92.3", "G37.4", "I68.2", "R42", "I63.9", "A54.82", "G40.209")
"""Suggested, listed without a purpose, on no list, documented off the list."""


@given(
    members(), st.sampled_from(OPEN), st.sampled_from(SAYS_NOTHING), st.sampled_from((0, -1, 45))
)
@effort(80)
def test_nor_one_that_was_held_for_its_diagnosis(
    events: list[Event], held: str, code: str, on: int
) -> None:
    alone = claim("C-77", on=on, received=60, diagnoses=(held,))
    both = alone._replace(diagnoses=(held, code))

    before = decided([*events, told(alone)])[("C-77", 1)]
    after = decided([*events, told(both)])[("C-77", 1)]

    assert before.outcome == "denied" or after.outcome != "denied"


@pytest.mark.parametrize(
    ("held", "before", "after"),
    [
        pytest.param(
            claim(diagnoses=("Z79.01",)),
            "INDICATION_UNCLEAR",
            "INVESTIGATIONAL_INDICATION",
            id="circumstances alone: now there is a disease, and it is another one",
        ),
        pytest.param(
            claim(on=date(2026, 10, 1), diagnoses=("C71",), received=400),
            "DIAGNOSIS_UNVERIFIED",
            "INVESTIGATIONAL_INDICATION",
            id="no code that could be verified: now there is one that can",
        ),
    ],
)
def test_it_does_deny_where_it_is_the_only_diagnosis_that_names_a_disease(
    held: Claim, before: str, after: str
) -> None:
    mri = LIMITED_MRI._replace(date_of_service=held.lines[0].date_of_service)

    actual = [
        decide_line(one, mri).reason
        for one in (held, held._replace(diagnoses=(*held.diagnoses, "I10")))
    ]

    assert [before, after] == actual


# --------------------------------------------------------------------------------- one study more


@given(
    members(),
    st.sampled_from((0, -1, -90, -180, -181, -730)),
    st.sampled_from(((), ("S06.0X0A",), ("R51.9",), ("C71",), ("I10", "Z79.01"))),
)
@effort(60)
def test_a_conclusive_study_for_nothing_that_a_line_asks_denies_no_line_for_its_imaging(
    events: list[Event], on: int, diagnoses: tuple[str, ...]
) -> None:
    beside = report("S-77", "70482", on=on, result="conclusive", diagnoses=diagnoses)

    before, after = decided(events), decided([*events, told(beside)])

    assert not newly_not_met("conventional_imaging", before, after)


@given(members(), st.sampled_from((-91, -90, -60, -45, -1, 0, 1)), st.booleans())
@effort(60)
def test_a_treatment_more_denies_no_line_for_its_imaging(
    events: list[Event], on: int, is_surgery: bool
) -> None:
    procedure = "61510" if is_surgery else "77402"

    before = decided(events)
    after = decided([*events, told(treatment("T-77", procedure, on=on, diagnoses=("I10",)))])

    assert not newly_not_met("conventional_imaging", before, after)
    assert not newly_not_met("indication", before, after)


def newly_not_met(
    criterion: str, before: Mapping[LineKey, Determination], after: Mapping[LineKey, Determination]
) -> list[LineKey]:
    return [key for key in after if not_met(criterion, after[key])
            and not not_met(criterion, before[key])]  # fmt: skip


def not_met(criterion: str, one: Determination) -> bool:
    return any(f.criterion == criterion and f.answer is Truth.NOT_MET for f in one.findings)


# ----------------------------------------------------------------------------- a person's approval

EVIDENCE: tuple[Fact, ...] = (
    LIMITED_MRI._replace(study_id="S-77"),
    report("S-77", "70553", on=-1, result="conclusive"),
    report("S-77", "70553", on=-45, result="unknown"),
    report("S-77", "78608", on=0, status="paid", diagnoses=("C71.1",)),
    pet_report("S-77", on=-1),
    report("S-77", "76390", on=-1, result="unknown", status="paid", diagnoses=("C71.1",)),
    treatment("T-77", on=-1),
    coverage(-800),
    finalization("C-1", status="denied"),
    finalization("C-6", status="denied"),
    authorization("A-77", "78608", since=-90, through=90),
)


BETTER: tuple[Fact, ...] = (
    authorization("A-77", "76390", since=-90, through=90),
    report("S-78", "70551", on=0),
    void("C-78", "C-1"),
    void("C-78", "C-2"),
    finalization("C-2", status="denied"),
    review("C-2", decision="denied", role="physician reviewer"),
)
"""What may speak for a line."""


@given(members(), st.sampled_from(EVIDENCE), st.booleans())
@effort(100)
def test_no_evidence_turns_what_a_person_approved(
    events: list[Event], evidence: Fact, is_early: bool
) -> None:
    more = told(evidence)
    if is_early:
        more = more._replace(time=instant(-30))
    before = decided(events)
    approved = [
        key for key, one in before.items() if one.review and one.review.decision == "approved"
    ]

    after = decided([*events, more])

    assert [(before[key].outcome, before[key].reason, "person") for key in approved] == [
        (after[key].outcome, after[key].reason, after[key].decided_by) for key in approved
    ]


def denied_by_reviewers(events: list[Event]) -> list[tuple[str, str]]:
    """Of each line whose denial by a reviewer resolves it: the reason due, and its reason."""
    found = []
    for key, one in decided(events).items():
        if one.review is None or one.review.decision != "denied":
            continue
        said = (one.review.id, one.review.source)
        (given_at,) = [event.time for event in events if (event.id, event.source) == said]
        then = decided([event for event in events if event.time <= given_at])
        stands = key in then and not is_better(one, then[key])
        found.append(("REVIEWED" if stands else "REVIEW_OUTDATED", one.reason))
    return found


@given(members())
@effort(60)
def test_a_reviewer_s_denial_waits_exactly_where_a_finding_is_better_than_it_was_then(
    events: list[Event],
) -> None:
    for expected, actual in denied_by_reviewers(events):
        assert expected == actual


@given(
    members(),
    st.sampled_from((*EVIDENCE, *BETTER)),
    st.sampled_from((-1, 0, 1)),
    st.sampled_from((0, 45)),
)
@effort(80)
def test_and_so_it_does_where_evidence_comes_about_the_time_of_the_review(
    events: list[Event], evidence: Fact, minutes: int, on: int
) -> None:
    reviewed_at = instant(1)
    about_it = [
        Event("M-1", "y-1", "/z", instant(-30), claim("C-77", on=on, received=60)),
        Event("M-1", "y-2", "/z", reviewed_at, review("C-77", decision="denied")),
        Event("M-1", "y-3", "/z", reviewed_at + timedelta(minutes=minutes), evidence),
    ]

    for expected, actual in denied_by_reviewers([*events, *about_it]):
        assert expected == actual


def is_better(now: Determination, then: Determination) -> bool:
    """Whether any finding is better; a line of which nothing was asked had only open questions."""
    was = {found.criterion: found.answer for found in then.findings}
    return any(
        GOODNESS[found.answer] > GOODNESS[was.get(found.criterion, Truth.UNKNOWN)]
        for found in now.findings
    )


# --------------------------------------------------------------------------------- who may deny


def everywhere(mode: DenialMode) -> Library:
    """The library of the drawn members under one law for every plan and day."""
    law = JurisdictionRow(
        state="*",
        line_of_business="*",
        effective_from=day(-2000),
        effective_to=None,
        mode=mode,
        source="a test",
    )
    return replace(nasty_library(), jurisdictions=(law,))


RECOMMEND, FINDINGS_ONLY = everywhere("recommend"), everywhere("findings_only")


@given(members(), st.sampled_from((RECOMMEND, FINDINGS_ONLY)))
@effort(80)
def test_where_the_law_asks_for_a_person_this_software_denies_nothing_clinical(
    events: list[Event], using: Library
) -> None:
    for one in decided(events, using).values():
        assert one.reason not in CLINICAL or one.outcome != "denied"
        assert one.outcome != "denied" or one.decided_by == "person" or not_clinical(one)
        assert one.recommended is None or using is RECOMMEND


def not_clinical(one: Determination) -> bool:
    """Whether a gate denied, or the codes, before anything clinical was asked."""
    return one.reason not in CLINICAL | {"REVIEWED"} and any(
        found.answer is Truth.NOT_MET and found.reason == one.reason for found in one.findings
    )


@given(members())
@effort(60)
def test_elsewhere_it_denies_only_where_neither_law_nor_plan_asks_for_a_person(
    events: list[Event],
) -> None:
    using = nasty_library()
    received = {e.fact.claim_id: e.fact for e in events if isinstance(e.fact, Claim)}
    reused = [e.fact.claim_id for e in events if isinstance(e.fact, Claim)]
    assume(len(reused) == len(received))
    for one in decided(events).values():
        told_claim = received[one.claim_id]
        plan = using.plans.get(told_claim.plan_id)
        if one.outcome == "denied" and one.decided_by == "rules" and one.reason in CLINICAL:
            assert plan is not None
            assert "automatic" == using.denial_mode(plan, told_claim.received_at)
        if one.reason == "PEER_REVIEW":
            assert plan is not None
            mode = using.denial_mode(plan, told_claim.received_at)
            assert mode == ("recommend" if one.recommended else "findings_only")


@pytest.mark.parametrize("attested", [(), (attestation(-181),)], ids=["no_word", "an_old_word"])
def test_nothing_at_all_on_record_denies_nothing(attested: tuple[object, ...]) -> None:
    decided_alone = decide_line(claim(attestations=attested))  # type: ignore[arg-type]

    assert "pended" == decided_alone.outcome
