"""The first date of service that a new fact can touch: nothing before it need be decided again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.facts import (
    Authorization,
    Claim,
    Coverage,
    Event,
    Finalization,
    Person,
    Report,
    Review,
    Treatment,
)
from rules.history.record import Record


def first_affected_day(record: Record, event: Event) -> date:
    """
    The first day whose lines the event may change; `date.max` if it changes none.

    `record` holds the event already. This rests on what the rules look at: a line depends on facts
    of its own day or earlier days, on claims that name one another, on words about itself, and
    on who the member is. A treatment ends on its day or later.
    """
    fact = event.fact
    match fact:
        case Claim():
            days = _days(_related(record, fact))
        case Finalization() | Review():
            days = _days_of_line(record, fact.claim_id, fact.line)
        case Report():
            days = (r.date_of_service for _, r in record.reports if r.study_id == fact.study_id)
        case Coverage():
            days = _days(claim for _, claim in record.claims if claim.plan_id == fact.plan_id)
        case Treatment():
            days = (
                t.date_of_service
                for _, t in record.treatments
                if t.treatment_id == fact.treatment_id
            )
        case Person():
            days = _days(claim for _, claim in record.claims)
        case _:
            authorization: Authorization = fact  # the last kind there is
            days = (
                a.valid_from
                for _, a in record.authorizations
                if a.authorization_id == authorization.authorization_id
            )
    return min(days, default=date.max)


def _related(record: Record, claim: Claim) -> Iterable[Claim]:
    """Every content of the claims that the claim names or that name it, however far apart."""
    by_name: dict[str, list[Claim]] = {}
    for _, other in record.claims:
        for name in _names(other):
            by_name.setdefault(name, []).append(other)
    related = _names(claim)
    waiting = list(related)
    while waiting:
        for other in by_name.get(waiting.pop(), ()):
            found = _names(other) - related
            related |= found
            waiting += found
    return (other for _, other in record.claims if other.claim_id in related)


def _names(claim: Claim) -> set[str]:
    return {claim.claim_id} if claim.replaces is None else {claim.claim_id, claim.replaces}


def _days(claims: Iterable[Claim]) -> Iterable[date]:
    return (line.date_of_service for claim in claims for line in claim.lines)


def _days_of_line(record: Record, claim_id: str, number: int) -> Iterable[date]:
    return (
        line.date_of_service
        for _, claim in record.claims
        if claim.claim_id == claim_id
        for line in claim.lines
        if line.number == number
    )
