"""Reads and writes the fields of entries in the memory store as the scripts do in Redis."""

from __future__ import annotations

from worker.store.keys import DOOR, Place
from worker.store.protocol import Command, DeadLetter, QueueEntry

Fields = dict[bytes, bytes]

_STAYS = (b"reason", b"event_id", b"source", b"first_at", b"last_at")


def entry_of(place: Place, entry_id: str, fields: Fields) -> QueueEntry:
    """What stands at the door or in a lane."""
    arrived_at, _ = id_order(fields.get(b"door", entry_id.encode()).decode())
    event = fields.get(b"event")
    if b"order" in fields and place != DOOR:
        command = Command(fields[b"order"].decode(), fields[b"member"].decode())
        return QueueEntry(entry_id, arrived_at, None, command=command)
    loose = b"" if event is not None else b"".join(b"".join(pair) for pair in fields.items())
    return QueueEntry(entry_id, arrived_at, event, loose=loose if place == DOOR else b"")


def letter_of(fields: Fields, letter: DeadLetter) -> Fields:
    """A dead letter: the entry as it came, and what is said of it."""
    kept = {name: value for name, value in fields.items() if name != b"door"}
    said = {
        name.encode(): value if isinstance(value, bytes) else str(value).encode()
        for name, value in letter._asdict().items()
        if name != "entry_id" and (value or not name.startswith("trace"))
    }
    return kept | said


def discarded_of(dead_letter_id: str, fields: Fields, because: str) -> Fields:
    """What stays of a dead letter that is discarded."""
    said = {name: fields[name] for name in _STAYS if name in fields}
    return {b"letter": dead_letter_id.encode(), b"because": because.encode()} | said


def id_order(entry_id: str) -> tuple[int, int]:
    """Ids of entries compare by time, then by number."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)
