"""Finds what became of one event by its hash, without naming its member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
from redis import Redis

from worker.determinations.records import member_states
from worker.events.refusals import SET_ASIDE_REASONS
from worker.logs.logs import hashed_event_id
from worker.metrics.snapshot import LANES_MAX
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.member_state import decode_member

_STEP = 500


EventState = Literal["waiting", "refused", "set aside", "discarded", "applied"]
"""What became of an event; one that came again may have several of them."""


class Trace(NamedTuple):
    """A place where the event is, or a result of it."""

    where: str
    entry: str
    """The entry's id in its stream, which begins with the time in milliseconds; empty if none."""
    said: str
    state: EventState


class _Identity(msgspec.Struct):
    """The fields that identify an event."""

    source: str
    id: str


class _Cause(msgspec.Struct):
    """The event that caused a determination; both fields are absent if a library did."""

    source: str | None = None
    id: str | None = None


class _Data(msgspec.Struct):
    """The fields of a determination that may be shown without its member and claim."""

    line: int
    revision: int
    change: str
    outcome: str
    reason: str
    caused_by: _Cause


class _Determined(msgspec.Struct):
    """A determination as published."""

    data: _Data


_identity_of = msgspec.json.Decoder(_Identity).decode
_determined = msgspec.json.Decoder(_Determined).decode


def follow(redis: Redis, keys: Keys, event_hash: str) -> Iterator[Trace]:
    """
    Where it waits, its dead letters and its determinations; reads all of these streams.

    Only an event without any determination is looked for in the records, of which it reads all.
    """
    yield from _waiting(redis, keys, event_hash)
    for stream in (keys.dead_letters, keys.discarded):
        for entry, fields in _entries(redis, stream):
            if _hash_of_dead_letter(fields) == event_hash:
                yield _of_dead_letter(entry, fields)
    is_determined = False
    for trace in _determinations(redis, keys, event_hash):
        is_determined = True
        yield trace
    if not is_determined and _is_recorded(redis, keys, event_hash):
        said = "applied; it changed no determination that Redis still holds"
        yield Trace("records", "", said, "applied")


def _waiting(redis: Redis, keys: Keys, event_hash: str) -> Iterator[Trace]:
    for place in (DOOR, *map(lane_name, range(LANES_MAX))):
        for entry, fields in _entries(redis, keys.stream(place)):
            if _hash_of(fields.get(b"event", b"")) == event_hash:
                where = "at the door" if place == DOOR else f"in lane {place}"
                yield Trace(where, entry, "waits to be decided", "waiting")


def _of_dead_letter(entry: str, fields: Mapping[bytes, bytes]) -> Trace:
    reason = fields[b"reason"].decode()
    if b"because" in fields:
        return Trace("discarded dead letters", entry, f"discarded, {reason}", "discarded")
    state: EventState = "set aside" if reason in SET_ASIDE_REASONS else "refused"
    return Trace("dead letters", entry, f"{state}, {reason}", state)


def _determinations(redis: Redis, keys: Keys, event_hash: str) -> Iterator[Trace]:
    for entry, fields in _entries(redis, keys.determinations):
        data = _determined(fields[b"event"]).data
        cause = data.caused_by
        if (
            cause.source is not None
            and cause.id is not None
            and hashed_event_id(cause.source, cause.id) == event_hash
        ):
            yield Trace("determinations", entry, _said_of(data), "applied")


def _is_recorded(redis: Redis, keys: Keys, event_hash: str) -> bool:
    return any(
        hashed_event_id(origin.source, origin.id) == event_hash
        for _, state in member_states(redis, keys)
        for kind in decode_member(state).record
        for origin, _ in kind
    )


def _said_of(data: _Data) -> str:
    return (
        f"line {data.line}: {data.outcome}, {data.reason}; revision {data.revision} ({data.change})"
    )


def _hash_of(event: bytes) -> str | None:
    try:
        identity = _identity_of(event)
    except (msgspec.DecodeError, ValueError):
        return None
    return hashed_event_id(identity.source, identity.id)


def _hash_of_dead_letter(fields: dict[bytes, bytes]) -> str | None:
    source, event_id = fields.get(b"source"), fields.get(b"event_id")
    if not source or not event_id:
        return _hash_of(fields.get(b"event", b""))  # nothing of it was read if it killed processes
    return hashed_event_id(source.decode(errors="replace"), event_id.decode(errors="replace"))


def _entries(redis: Redis, stream: str) -> Iterator[tuple[str, dict[bytes, bytes]]]:
    last = "0-0"
    while True:
        page: Any = redis.xrange(stream, min=f"({last}", count=_STEP)
        for entry_id, fields in page:
            last = entry_id.decode()
            yield last, fields
        if len(page) < _STEP:
            return
