"""Draws sessions of supervised exercise, with what the example that decides them asks for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from rules.facts import Attestation, Claim, Fact, Line
from rules.library_model import Library
from tests.rules.builders import (
    attestation,
    authorization,
    claim,
    day,
    finalization,
    line,
    report,
    review,
    treatment,
)
from tests.rules.deciding import authority_row

PLANS = ("example-heart-exercise", "example-heart-exercise-ny")
_SESSIONS = ("X-1", "X-2", "X-3")
_DAYS = (107, 298, 298, 299, 299, 299, *[300] * 6)
"""107 is the day before the example's only version."""
_MEDICARE = "exercise-medicare"


def with_medicare(library: Library) -> Library:
    """One with a plan of Medicare, which excludes a procedure and has rules for the others."""
    plan = replace(
        library.plans[PLANS[0]],
        plan_id=_MEDICARE,
        line_of_business="medicare",
        excluded_procedures=frozenset({"93797"}),
    )
    rows = (
        authority_row("LCD", "medicare", procedure="93798", since=107, until=299),
        authority_row("LCD", "medicare", procedure="G0422", since=107, effect="governs"),
    )
    plans = {**library.plans, _MEDICARE: plan}
    return replace(library, plans=plans, authorities=(*library.authorities, *rows))


def weak(value: str, on: int, unit: str = "percent") -> Attestation:
    """An ejection fraction."""
    return Attestation("ejection_fraction", day(on), None, Decimal(value), unit)


_PLAN = attestation(290, "exercise_plan")
_ATTESTED: tuple[tuple[Attestation, ...], ...] = (
    (_PLAN,),
    (_PLAN, weak("35", 290)),
    (_PLAN, weak("35.5", 290)),
    (weak("35", 120),),
    (weak("35", 119), attestation(290, "member_notice")),
    (weak("0.35", 290, "ratio"), attestation(301, "exercise_plan")),
    (),
)


@st.composite
def exercise(draw: st.DrawFn) -> list[Fact]:
    """One to three claims for sessions, and what is known of the member's heart."""
    sessions = [_session(draw, own) for own in _SESSIONS[: draw(st.integers(1, 3))]]
    return [*sessions, *draw(_KNOWN), *draw(st.lists(_ANY, max_size=3))]


def _session(draw: st.DrawFn, own_id: str) -> Claim:
    number = draw(st.sampled_from((1, 1, 2)))
    session = line(
        number,
        draw(st.sampled_from(("93798", "93798", "93798", "93797", "G0422"))),
        on=draw(st.sampled_from(_DAYS)),
        modifiers=draw(st.sampled_from((*[()] * 8, ("26",), ("53",)))),
        units=draw(st.sampled_from((1, 1, 1, 1, 1, 1, 2))),
    )._replace(
        ordering_specialty=draw(
            st.sampled_from((*["207RC0000X"] * 4, "208G00000X", "207Q00000X", None))
        )
    )
    frequency = draw(st.sampled_from((*["1"] * 8, "7", "8")))
    return claim(
        own_id,
        lines=(session, *_strips(draw, session)),
        diagnoses=draw(st.sampled_from((*[("I25.10",)] * 4, ("I50.22",), ("I25",)))),
        frequency=frequency,
        replaces=None if frequency == "1" else draw(st.sampled_from(("X-0", *_OTHERS[own_id]))),
        claim_type=draw(st.sampled_from((*["professional"] * 4, "institutional"))),
        plan=draw(
            st.sampled_from((*[PLANS[0]] * 6, PLANS[1], _MEDICARE, _MEDICARE, "nobody-knows"))
        ),
        received=301,
        attestations=draw(st.sampled_from((*_ATTESTED[1:3] * 3, *_ATTESTED))),
    )._replace(place_of_service=draw(st.sampled_from(("11", "22", "22", "22", "12", None))))


_OTHERS = {own: [other for other in _SESSIONS if other != own] for own in _SESSIONS}


def _strips(draw: st.DrawFn, session: Line) -> list[Line]:
    """One on the day of the session or the day after, or none."""
    after = draw(st.sampled_from((0, 0, 1, None)))
    if after is None:
        return []
    on = session.date_of_service
    return [line(9, "93040", on=on if after == 0 else day(301))]


_COVERED = claim(
    "X-4",
    lines=(
        line(1, "93798", on=300)._replace(ordering_specialty="207RC0000X"),
        line(9, "93040", on=300),
    ),
    diagnoses=("I25.10",),
    plan=PLANS[0],
    received=301,
    attestations=(_PLAN,),
)
"""A session that is covered where a stress test and a repair are known."""
_KNOWN: st.SearchStrategy[list[Fact]] = st.sampled_from(
    [
        [],
        [report("S-5", "93015", on=210), report("S-6", "92928", on=285)],
        [report("S-5", "93015", on=287), report("S-6", "92928", on=286), _COVERED],
        [report("S-5", "93350", on=209), treatment("T-5", "33533", on=-66)],
        [report("S-5", "78452", on=210), treatment("T-5", "33533", on=-65)],
    ]
)
"""A stress test and a repair, each of a day on either side of what counts, or neither."""
_ANY: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        report,
        st.sampled_from(("S-5", "S-6", "S-7")),
        st.sampled_from(("93015", "92928", "93798", "93797", "93040")),
        on=st.sampled_from((209, 210, 285, 286, 287, 297, 298, 299, 300)),
        status=st.sampled_from(("performed", "paid", "denied", "pending", "other_payer", "voided")),
        modifiers=st.sampled_from(((), (), ("53",))),
    ),
    st.builds(
        treatment,
        st.sampled_from(("T-5", "T-6")),
        st.sampled_from(("92928", "33533")),
        on=st.sampled_from((-66, -65, 285, 286, 287)),
        status=st.sampled_from(("performed", "performed", "voided")),
        ended=st.sampled_from((None, 287, 301)),
    ),
    st.builds(
        finalization,
        st.sampled_from(_SESSIONS),
        st.sampled_from((1, 9)),
        st.sampled_from(("paid", "denied")),
    ),
    st.builds(
        review,
        st.sampled_from(_SESSIONS),
        st.sampled_from((1, 2)),
        st.sampled_from(("approved", "denied")),
        role=st.sampled_from(("medical director", "nurse")),
    ),
    st.builds(
        authorization,
        st.sampled_from(("A-5", "A-6")),
        st.sampled_from(("93798", "93797")),
        since=st.sampled_from((298, 300)),
        through=st.sampled_from((299, 300)),
        status=st.sampled_from(("approved", "denied", "cancelled")),
    ),
)
