"""Of every plan under every law: a clinical denial is a person's wherever anyone asks for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Claim, Event
from rules.library_model import Library
from rules.plans import DenialMode, JurisdictionRow, LineOfBusiness, Plan
from tests.rules.builders import day, record_of
from tests.rules.nasty_members import effort, members, nasty_library

CLINICAL_CRITERIA = frozenset(
    {"proven_service", "indication", "conventional_imaging", "pet_exclusivity"}
)
STATES = ("NY", "TX", "PA")
DAYS = (-30, 0, 4)
"""Most claims are received on the first, fourth or thirtieth day after their service."""


@st.composite
def plans(draw: st.DrawFn, plan_id: str) -> Plan:
    """A plan that excludes nothing, of any state and line of business."""
    return Plan(
        plan_id=plan_id,
        line_of_business=draw(st.sampled_from(get_args(LineOfBusiness))),
        clinical_denials_need_peer_review=draw(st.booleans()),
        investigational_group="CO",
        non_covered_group="PR",
        state=draw(st.sampled_from((*STATES, None))),
        peer_reviewer_roles=frozenset({"physician reviewer"}),
    )


@st.composite
def laws(draw: st.DrawFn) -> JurisdictionRow:
    """A row of any state, line of business, mode and time."""
    start = draw(st.sampled_from(DAYS))
    end = draw(st.sampled_from((None, *[on for on in DAYS if on > start])))
    return JurisdictionRow(
        state=draw(st.sampled_from((*STATES, "*"))),
        line_of_business=draw(st.sampled_from((*get_args(LineOfBusiness), "*", "*"))),
        effective_from=day(start),
        effective_to=None if end is None else day(end),
        mode=draw(st.sampled_from(get_args(DenialMode))),
        source="a test",
    )


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    """The library of the drawn members, with plans and laws that are drawn too."""
    own = nasty_library()
    drawn = {plan_id: draw(plans(plan_id)) for plan_id in sorted(own.plans)}
    rows = draw(st.lists(laws(), max_size=4))
    return replace(own, plans=drawn, jurisdictions=tuple(rows))


def asked_of_a_person(plan: Plan, received: date, rows: tuple[JurisdictionRow, ...]) -> set[str]:
    """What the plan and the law ask for, read off the rows one by one."""
    modes: set[str] = {"recommend"} if plan.clinical_denials_need_peer_review else set()
    for row in rows:
        is_of_the_state = row.state in ("*", plan.state)
        is_of_the_line = row.line_of_business in ("*", plan.line_of_business)
        is_in_force = row.effective_from <= received < (row.effective_to or date.max)
        if is_of_the_state and is_of_the_line and is_in_force:
            modes.add(row.mode)
    return modes - {"automatic"}


def is_clinical(one: Determination) -> bool:
    """Whether it carries the reason of a criterion that is no gate."""
    return any(
        found.reason == one.reason and found.criterion in CLINICAL_CRITERIA
        for found in one.findings
    )


@given(members(), libraries())
@effort(100)
def test_no_plan_ends_in_a_clinical_denial_without_the_person_that_it_or_the_law_asks_for(
    events: list[Event], using: Library
) -> None:
    claims = [event.fact for event in events if isinstance(event.fact, Claim)]
    received = {one.claim_id: one for one in claims}
    assume(len(claims) == len(received))
    for one in adjudicate(record_of(events), using):
        plan = using.plans.get(received[one.claim_id].plan_id)
        if plan is None:
            continue
        asked = asked_of_a_person(plan, received[one.claim_id].received_at, using.jurisdictions)
        if one.outcome == "denied" and asked:
            assert one.decided_by == "person" or not is_clinical(one)
        if one.reason == "PEER_REVIEW":
            assert asked
            assert (one.recommended is None) is ("findings_only" in asked)
        if one.outcome == "denied" and one.decided_by == "rules" and is_clinical(one):
            assert not asked
