"""Whether the facts of a record are what the events said that were received: by their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from rules.facts import Event, Fact, Origin
from rules.history.record import Record
from worker.audit.discrepancies import Discrepancy, of_event
from worker.events.decode import Refusal, decode
from worker.events.remittance import EVERY_CODE

Originals = Mapping[bytes, bytes]
"""Events as received, by SHA-256 of their bytes."""


def by_digest(events: Iterable[bytes]) -> dict[bytes, bytes]:
    """Events by the digest that a record has of them."""
    return {sha256(event).digest(): event for event in events}


def check_originals(member_id: str, record: Record, originals: Originals) -> Iterator[Discrepancy]:
    """Facts that are not what the bytes say of which the record has the digest."""
    for origin, fact in record.entries():
        original = originals.get(origin.digest)
        if original is not None and decode(original, EVERY_CODE) != _event(member_id, origin, fact):
            yield of_event("changed", origin, "the bytes that were received say otherwise")


def proved(record: Record, originals: Originals) -> int:
    """How many of the record's events the bytes are given of."""
    return sum(origin.digest in originals for origin, _ in record.entries())


def unrecorded(record: Record, originals: Originals) -> Iterator[Discrepancy]:
    """Events of this member that were sent, could be accepted, and are not in the record."""
    known = {(origin.source, origin.id) for origin, _ in record.entries()}
    for original in originals.values():
        event = decode(original, EVERY_CODE)
        if not isinstance(event, Refusal) and (event.source, event.id) not in known:
            detail = "it was sent, and the record does not hold it"
            yield Discrepancy("missing", "event", detail, source=event.source, event_id=event.id)


def _event(member_id: str, origin: Origin, fact: Fact) -> Event:
    return Event(member_id, origin.id, origin.source, origin.time, fact)
