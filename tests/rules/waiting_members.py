"""Draws members whose claim waits for its original, and which a reviewer denied all the same."""

from __future__ import annotations

from hypothesis import strategies as st

from rules.determination import Determination
from rules.facts import Event, Fact
from rules.history.record import Record
from tests.rules.builders import (
    Day,
    attestation,
    instant,
    line,
    replacement,
    report,
    review,
)


def waits_settled(one: Determination, known: Record) -> bool:
    """Whether criteria were asked of a line whose claim replaces one that is not known."""
    named = {claim.replaces for _, claim in known.claims if claim.claim_id == one.claim_id}
    claims = {claim.claim_id for _, claim in known.claims}
    return bool(one.findings) and not named <= {None, *claims}


@st.composite
def waiting_members(draw: st.DrawFn) -> list[Event]:
    """One replacement of a claim that is not known, what is known besides, and a denial of it."""
    codes = st.sampled_from(("76390", "76390", "0609T", "78608"))
    modifiers = st.sampled_from(((), (), ("50",), ("26",), ("76",)))
    diagnoses = st.sampled_from((("C71.1",), ("C71.1",), ("C61",), ("D43.0",), ("C71",), ()))
    attested = st.sampled_from(((), (), (attestation(-1),), (attestation(-400),)))
    plans = ("sample-commercial", "sample-ny-commercial", "sample-no-mrs", "nobody-knows")
    billed = line(1, draw(codes), modifiers=draw(modifiers))
    waiting = replacement(
        "C-1",
        "C-0",
        lines=(billed,),
        diagnoses=draw(diagnoses),
        plan=draw(st.sampled_from(plans)),
        attestations=draw(attested),
    )
    reports = st.builds(
        report,
        st.just("S-1"),
        st.sampled_from(("70553", "78608")),
        on=st.sampled_from((-400, -45, 0)),
        result=st.sampled_from(("limited", "conclusive", "unknown")),
    )
    known: list[Fact] = [waiting, *draw(st.lists(reports, max_size=1))]
    roles = st.sampled_from(("physician reviewer", "nurse"))
    word = review(decision="denied", role=draw(roles), by="R-1")
    times = st.sampled_from((0, 4, 6))
    told: list[tuple[Day, Fact]] = [*((draw(times), fact) for fact in known), (5, word)]
    return [
        Event("M-1", f"e-{n}", "/a", instant(when), fact) for n, (when, fact) in enumerate(told)
    ]
