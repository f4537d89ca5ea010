"""Builds the fields of a dead letter, except the event's own bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from rules.facts import Event
from worker.determinations.publish import instant
from worker.events.decode import UNKNOWN_EVENT_TYPE, Refusal
from worker.events.faults import WHOLE_EVENT, FieldFault
from worker.events.trace import read_trace, trace_attributes
from worker.store.protocol import UNREAD, DeadLetter, QueueEntry, member_hash

NO_EVENT_FIELD: Final = Refusal(
    reason="NO_EVENT_FIELD",
    faults=(FieldFault(WHOLE_EVENT, "a stream entry with the field `event`", "none"),),
    event_id=None,
    source=None,
    event_type=UNKNOWN_EVENT_TYPE,
    member_id=None,
)


def refused(entry: QueueEntry, refusal: Refusal, time: int) -> DeadLetter:
    """The dead letter of an entry that is refused at a time (milliseconds)."""
    return DeadLetter(
        entry_id=entry.id,
        reason=refusal.reason,
        detail=_detail(refusal.faults),
        attempts=entry.attempts,
        first_at=instant(entry.arrived_at),
        last_at=instant(time),
        event_id=refusal.event_id or "",
        source=refusal.source or "",
        member_hash=member_hash(refusal.member_id) if refusal.member_id else "",
        **trace_attributes(read_trace(entry.event)),
    )


def set_aside(
    entry: QueueEntry, time: int, failure: Exception | None, event: Event | None = None
) -> DeadLetter:
    """
    The dead letter of an entry that failed its last allowed attempt.

    `failure` is the exception of the last attempt; None if its process died.
    """
    found = "the process ended" if failure is None else type(failure).__name__
    return DeadLetter(
        entry_id=entry.id,
        reason="ATTEMPTS_EXHAUSTED",
        detail=_detail((FieldFault(WHOLE_EVENT, "an event that can be decided", found),)),
        attempts=entry.attempts,
        first_at=instant(entry.arrived_at),
        last_at=instant(time),
        event_id=event.id if event else "",
        source=event.source if event else "",
        member_hash=_hash_of(entry, event),
        **trace_attributes(read_trace(entry.event) if event else None),
    )


def _hash_of(entry: QueueEntry, event: Event | None) -> str:
    """The hash of the entry's member; an entry that killed its process is not even read for it."""
    if event is not None:
        return member_hash(event.member_id)
    return UNREAD if entry.command is None else member_hash(entry.command.member_id)


def is_command(fields: Mapping[bytes, bytes]) -> bool:
    """Whether a dead letter is an internal command: it cannot be redriven, only given again."""
    return b"order" in fields


def _detail(faults: tuple[FieldFault, ...]) -> bytes:
    return msgspec.json.encode([fault._asdict() for fault in faults])
