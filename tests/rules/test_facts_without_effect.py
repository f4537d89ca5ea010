"""Who a member is, who ordered, what was measured: no criterion of this policy looks at them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.facts import (
    Attestation,
    Claim,
    Event,
    Fact,
    Line,
    Sex,
    Treatment,
    TreatmentOutcome,
)
from tests.rules.builders import NPI, instant, person, record_of, treatment
from tests.rules.nasty_members import effort, members, nasty_library

SEXES: Final[tuple[Sex, ...]] = ("female", "male", "other", "unknown")
OUTCOMES: Final[tuple[TreatmentOutcome, ...]] = ("failed", "not_tolerated", "succeeded", "unknown")


def ordered(line: Line) -> Line:
    return line._replace(ordering_npi=NPI, ordering_specialty="2084N0400X")


def measured(word: Attestation) -> Attestation:
    return word._replace(value=Decimal("23.5"), unit="mm")


def with_more_said(fact: Fact, days: int, outcome: TreatmentOutcome) -> Fact:
    """The same fact with every field that no criterion asks for."""
    match fact:
        case Claim():
            return fact._replace(
                lines=tuple(map(ordered, fact.lines)),
                attestations=tuple(map(measured, fact.attestations)),
            )
        case Treatment():
            end = fact.date_of_service + timedelta(days=days)
            return fact._replace(ended_on=end, outcome=outcome, therapy="L01AX03")
        case _:
            return fact


@st.composite
def further_events(draw: st.DrawFn) -> list[Event]:
    """What is said of the person, and therapies that are no procedures."""
    facts: list[Fact] = draw(
        st.lists(
            st.one_of(
                st.builds(person, st.sampled_from((None, -365, -9000)), st.sampled_from(SEXES)),
                st.builds(
                    treatment,
                    st.sampled_from(("T-8x", "T-9x")),
                    st.just(""),
                    on=st.sampled_from((-60, -1, 0)),
                    diagnoses=st.just(("G40.209",)),
                ).map(lambda therapy: therapy._replace(therapy="N03AX09")),
            ),
            max_size=3,
        )
    )
    times = st.sampled_from([instant(offset) for offset in (-20, 0, 20, 22)])
    return [
        Event("M-1", f"x-{number}", "/x", draw(times), fact) for number, fact in enumerate(facts)
    ]


@effort(150)
@given(members(), further_events(), st.integers(0, 90), st.sampled_from(OUTCOMES))
def test_no_determination_changes_by_facts_that_no_criterion_asks_for(
    known: list[Event], further: list[Event], days: int, outcome: TreatmentOutcome
) -> None:
    more = [one._replace(fact=with_more_said(one.fact, days, outcome)) for one in known]

    without = adjudicate(record_of(known), nasty_library())
    with_them = adjudicate(record_of([*further, *more]), nasty_library())

    assert without == with_them
