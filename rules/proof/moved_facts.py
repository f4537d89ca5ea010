"""Facts moved in time, with everything that they say of days."""

from __future__ import annotations

from datetime import timedelta

from rules.facts import Authorization, Claim, Coverage, Fact, Person, Report, Treatment


def later(fact: Fact, by: timedelta) -> Fact:
    """A fact so much later; what is said of a claim has no day of its own."""
    match fact:
        case Claim():
            return _later_claim(fact, by)
        case Report() | Treatment():
            return _later_service(fact, by)
        case Person():
            born = fact.birth_date
            return fact._replace(birth_date=None if born is None else born + by)
        case Coverage():
            through = fact.enrolled_through
            return fact._replace(
                enrolled_from=fact.enrolled_from + by,
                enrolled_through=None if through is None else through + by,
            )
        case Authorization():
            return fact._replace(
                valid_from=fact.valid_from + by, valid_through=fact.valid_through + by
            )
        case _:
            return fact


def _later_service(fact: Report | Treatment, by: timedelta) -> Report | Treatment:
    moved = fact._replace(date_of_service=fact.date_of_service + by)
    if isinstance(moved, Treatment) and moved.ended_on is not None:
        return moved._replace(ended_on=moved.ended_on + by)
    return moved


def _later_claim(claim: Claim, by: timedelta) -> Claim:
    return claim._replace(
        received_at=claim.received_at + by,
        lines=tuple(
            line._replace(date_of_service=line.date_of_service + by) for line in claim.lines
        ),
        attestations=tuple(
            word._replace(date_of_service=word.date_of_service + by) for word in claim.attestations
        ),
    )
