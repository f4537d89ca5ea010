"""Checks the facts of a record against the bytes of the events that were received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from rules.facts import Event, Fact, Origin
from rules.history.record import Record
from rules.library_model import RemittanceCodes
from worker.audit.discrepancies import Discrepancy, of_determination, of_event
from worker.audit.evidence import MemberEvidence
from worker.determinations.parse import PublishedDetermination
from worker.events.decode import Refusal, decode
from worker.events.packed_events import NotPacked, unpack
from worker.events.remittance import EVERY_CODE
from worker.events.trace import read_trace

Originals = Mapping[bytes, bytes]
"""Events as received, by SHA-256 of their bytes."""


def by_digest(events: Iterable[bytes]) -> dict[bytes, bytes]:
    """Indexes events by the digest that a record keeps of them."""
    return {sha256(event).digest(): event for event in events}


def kept_originals(evidence: MemberEvidence) -> tuple[Originals, list[Discrepancy]]:
    """What is kept of a member's events as they were received, and what is wrong with that."""
    known = {origin.digest for origin, _ in evidence.member.record.entries()}
    kept: dict[bytes, bytes] = {}
    findings: list[Discrepancy] = []
    for number, packed in enumerate(evidence.received, 1):
        try:
            raw = unpack(packed)
        except NotPacked:
            detail = f"what it keeps as received, at place {number}, cannot be read"
            findings.append(Discrepancy("changed", "record", detail))
            continue
        digest = sha256(raw).digest()
        kept[digest] = raw
        if digest not in known:
            detail = f"what it keeps as received, at place {number}, is none of its events"
            findings.append(Discrepancy("changed", "record", detail))
    return kept, findings


def check_originals(member_id: str, record: Record, originals: Originals) -> Iterator[Discrepancy]:
    """Finds facts that differ from the bytes whose digest the record has."""
    for origin, fact in record.entries():
        original = originals.get(origin.digest)
        if original is not None and decode(original, EVERY_CODE) != _event(member_id, origin, fact):
            yield of_event("changed", origin, "the bytes that were received say something else")


def said_otherwise(member_id: str, record: Record, sent: Originals) -> Iterator[Discrepancy]:
    """
    Recorded events of which none that was sent under their identity says the same.

    An identity may have been sent with several bodies: all but one of them were refused.
    """
    told: dict[tuple[str, str], list[Event]] = {}
    for raw in sent.values():
        event = decode(raw, EVERY_CODE)
        if not isinstance(event, Refusal):
            told.setdefault((event.source, event.id), []).append(event)
    for origin, fact in record.entries():
        of_it = told.get((origin.source, origin.id), [])
        if of_it and _event(member_id, origin, fact) not in of_it:
            yield of_event("changed", origin, "what was sent under its id says otherwise")


def check_traces(
    told: Iterable[PublishedDetermination], record: Record, originals: Originals
) -> Iterator[Discrepancy]:
    """
    Finds determinations with a trace that is not that of the event which caused them.

    One without a trace may have been published before traces were carried.
    """
    digests = {(origin.source, origin.id): origin.digest for origin, _ in record.entries()}
    for one in told:
        if one.trace is None:
            continue
        original = None if one.caused_by is None else originals.get(digests.get(one.caused_by, b""))
        if one.caused_by is None or (original is not None and read_trace(original) != one.trace):
            yield of_determination("changed", one, "its trace is not that of its event")


def proved(record: Record, originals: Originals) -> int:
    """Counts the record's events whose bytes are given."""
    return sum(origin.digest in originals for origin, _ in record.entries())


def unrecorded(
    record: Record, originals: Originals, codes: RemittanceCodes
) -> Iterator[Discrepancy]:
    """Finds events of this member that were sent and acceptable, but are not in the record."""
    known = {(origin.source, origin.id) for origin, _ in record.entries()}
    for original in originals.values():
        event = decode(original, codes)
        if not isinstance(event, Refusal) and (event.source, event.id) not in known:
            detail = "it was sent, but is not in the record"
            yield Discrepancy("missing", "event", detail, source=event.source, event_id=event.id)


def _event(member_id: str, origin: Origin, fact: Fact) -> Event:
    return Event(member_id, origin.id, origin.source, origin.time, fact)
