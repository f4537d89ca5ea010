"""Finds what became of one event by its hash, without naming its member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from redis import Redis

from worker.logs.logs import hashed_event_id
from worker.metrics.snapshot import LANES_MAX
from worker.store.keys import DOOR, Keys, lane_name

_STEP = 500


class Trace(NamedTuple):
    """A place where the event is, or a result of it."""

    where: str
    entry: str
    """The entry's id in its stream; it begins with the time in milliseconds."""
    said: str


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
    """Where it waits, its dead letters and its determinations; reads all of these streams."""
    for place in (DOOR, *map(lane_name, range(LANES_MAX))):
        for entry, fields in _entries(redis, keys.stream(place)):
            if _hash_of(fields.get(b"event", b"")) == event_hash:
                where = "at the door" if place == DOOR else f"in lane {place}"
                yield Trace(where, entry, "waits to be decided")
    for entry, fields in _entries(redis, keys.dead_letters):
        if _hash_of_dead_letter(fields) == event_hash:
            yield Trace("dead letters", entry, fields[b"reason"].decode())
    for entry, fields in _entries(redis, keys.determinations):
        data = _determined(fields[b"event"]).data
        cause = data.caused_by
        if (
            cause.source is not None
            and cause.id is not None
            and hashed_event_id(cause.source, cause.id) == event_hash
        ):
            yield Trace("determinations", entry, _said_of(data))


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
        return None
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
