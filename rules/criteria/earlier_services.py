"""The services before a line, as limits on how many and how often look at them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final, NamedTuple

from rules.criteria.question import Question
from rules.determination import Evidence
from rules.history.service_days import ServiceDay
from rules.history.studies import ClaimLine

_SURE: Final = frozenset(("performed", "allowed", "paid"))
_PERHAPS: Final = frozenset(("pending", "other_payer"))
_NAMED_MOST: Final = 3


class CountedServices(NamedTuple):
    """Those that count against a line; in the order of their days."""

    surely: tuple[ServiceDay, ...]
    """The latest, no more than were asked for."""
    perhaps: tuple[ServiceDay, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Pointers to all of them, by day."""
        return evidence_of(sorted((*self.surely, *self.perhaps), key=_day_and_procedure))


def own_procedures(line: ClaimLine) -> Container[str]:
    """The procedures of the line's own service: that which its policy decides or watches."""
    return line.codes.decided if line.is_decided else line.codes.watched


def services_until(
    asked: Question, procedures: Container[str], since: date
) -> Iterator[ServiceDay]:
    """Those of a span up to the line's day, the latest first, without the line's own."""
    line = asked.line
    for service in asked.history.service_days.latest_first(procedures, since, line.on):
        if (service.procedure, service.on) != line.key:
            yield service


def counted_services(
    asked: Question,
    counted: frozenset[str] | None,
    since: date,
    modifier: str | None,
    enough: int,
) -> CountedServices:
    """
    What counts against a line from a day on; no more than `enough` of what surely does.

    Of two services of one day nobody knows which was first.
    """
    procedures = own_procedures(asked.line) if counted is None else counted
    surely: list[ServiceDay] = []
    perhaps: list[ServiceDay] = []
    for service in services_until(asked, procedures, since):
        if len(surely) >= enough:
            break
        statuses = _statuses(service, modifier)
        if not statuses.isdisjoint(_SURE) and service.on < asked.line.on:
            surely.append(service)
        elif not statuses.isdisjoint(_SURE | _PERHAPS):
            perhaps.append(service)
    return CountedServices(tuple(surely[::-1]), tuple(perhaps[::-1]))


def evidence_of(services: Iterable[ServiceDay]) -> tuple[Evidence, ...]:
    """Pointers to everything that some services are known from."""
    return tuple(chain.from_iterable(service.evidence for service in services))


def names_of(services: tuple[ServiceDay, ...]) -> str:
    """The first of some services, for people, and how many more there are."""
    named = ", ".join(service.named for service in services[:_NAMED_MOST])
    more = len(services) - _NAMED_MOST
    return f"{named} and {more} more" if more > 0 else named


def _statuses(service: ServiceDay, modifier: str | None) -> frozenset[str]:
    """What is said of its parts; of those with a modifier, where only these count."""
    return frozenset(
        part.status for part in service.parts if modifier is None or modifier in part.modifiers
    )


def _day_and_procedure(service: ServiceDay) -> tuple[date, str]:
    return service.on, service.procedure
