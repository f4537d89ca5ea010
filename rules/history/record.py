"""Everything known of one member: the facts in the order in which they were applied."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from rules.facts import (
    Authorization,
    Claim,
    Coverage,
    Event,
    Fact,
    Finalization,
    Origin,
    Person,
    Report,
    Review,
    Treatment,
)

Recognition = Literal["new", "duplicate", "reused"]
_F = TypeVar("_F")


class Record(NamedTuple):
    """
    The accepted facts of one member, by kind, each with its origin.

    Nothing ever leaves it. Its version is the number of events that it holds.
    """

    claims: tuple[tuple[Origin, Claim], ...] = ()
    finalizations: tuple[tuple[Origin, Finalization], ...] = ()
    reports: tuple[tuple[Origin, Report], ...] = ()
    coverages: tuple[tuple[Origin, Coverage], ...] = ()
    authorizations: tuple[tuple[Origin, Authorization], ...] = ()
    reviews: tuple[tuple[Origin, Review], ...] = ()
    treatments: tuple[tuple[Origin, Treatment], ...] = ()
    persons: tuple[tuple[Origin, Person], ...] = ()

    @property
    def version(self) -> int:
        """How many events the record holds."""
        return sum(map(len, self))

    def entries(self) -> list[tuple[Origin, Fact]]:
        """All facts in the order in which they were applied."""
        return sorted(
            (entry for kind in self for entry in kind), key=lambda entry: entry[0].sequence
        )

    def first(self, version: int) -> Record:
        """The record as it was when it held `version` events."""
        return Record(
            _until(version, self.claims),
            _until(version, self.finalizations),
            _until(version, self.reports),
            _until(version, self.coverages),
            _until(version, self.authorizations),
            _until(version, self.reviews),
            _until(version, self.treatments),
            _until(version, self.persons),
        )

    def until(self, time: datetime) -> Record:
        """What the events say whose time is not later than an instant."""
        return Record(
            *(tuple(entry for entry in kind if entry[0].time <= time) for kind in self)  # type: ignore[arg-type]  # each kind keeps its own type
        )


def _until(version: int, entries: tuple[tuple[Origin, _F], ...]) -> tuple[tuple[Origin, _F], ...]:
    return tuple(entry for entry in entries if entry[0].sequence <= version)


_FIELD_OF: dict[type, str] = {
    Claim: "claims",
    Finalization: "finalizations",
    Report: "reports",
    Coverage: "coverages",
    Authorization: "authorizations",
    Review: "reviews",
    Treatment: "treatments",
    Person: "persons",
}


def recognise(record: Record, event: Event) -> Recognition:
    """
    Whether the record holds an event of this identity already (`contract.md` 1).

    The same identity with the same body is a duplicate; with another body the identity is reused.
    """
    for kind in record:
        for origin, fact in kind:
            if origin.id == event.id and origin.source == event.source:
                return recognise_again(origin.time, fact, event)
    return "new"


def recognise_again(time: datetime, fact: Fact, event: Event) -> Recognition:
    """What an event is whose identity another had, of a time and with a fact."""
    same = time == event.time and fact == event.fact and type(fact) is type(event.fact)
    return "duplicate" if same else "reused"


def latest_person(record: Record) -> Person:
    """Who the member is by the latest event, which holds as a whole; nothing is known without."""
    return max(record.persons)[1] if record.persons else Person()


def append(record: Record, event: Event, digest: bytes) -> Record:
    """The record with a new event at its end; `digest` is SHA-256 of the event as received."""
    origin = Origin(event.time, event.id, event.source, record.version + 1, digest)
    field = _FIELD_OF[type(event.fact)]
    return record._replace(**{field: (*getattr(record, field), (origin, event.fact))})
