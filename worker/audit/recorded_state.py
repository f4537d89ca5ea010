"""Reads from Redis what an audit examines, consistently while workers run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, cast

from redis import Redis

from worker.metrics.counters import EVENTS, SEPARATOR
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import Keys
from worker.store.stream_ids import is_before

_STEP: Final = 200
_FIELD: Final = b"event"

StreamedEvent = tuple[str, bytes]
"""The id in the stream of determinations, and its event; empty: there is none."""


class MemberState(NamedTuple):
    """What is stored about one member at one moment."""

    member_id: str
    state: bytes | None
    """None: there is no record."""
    published: tuple[str, ...]
    """Stream ids of the member's entries, in the order of publication."""
    entries: tuple[StreamedEvent, ...]
    """Those entries that were read one by one."""
    received: tuple[bytes, ...] = ()
    """The member's events as they were received, packed, in the order of the record."""


def last_entry(redis: Redis, keys: Keys) -> str | None:
    """Returns the id of the last determination; None: there is none."""
    found: Any = redis.xrevrange(keys.determinations, count=1)
    return found[0][0].decode() if found else None


def published_until(redis: Redis, keys: Keys, last: str | None) -> Iterator[StreamedEvent]:
    """Returns every entry of the stream of determinations up to an id, whoever wrote it."""
    start = "-"
    while last is not None:
        batch: Any = redis.xrange(keys.determinations, min=start, max=last, count=_STEP * 5)
        for entry_id, fields in batch:
            yield entry_id.decode(), _event_in(fields)
        if not batch:
            return
        start = f"({batch[-1][0].decode()}"


def recorded(
    redis: Redis, keys: Keys, member_ids: Iterable[str], after: str | None = None
) -> Iterator[MemberState]:
    """
    Reads the stored state of members, each as it was at one moment.

    Entries later than `after` are read one by one; None: all of them.
    """
    ids = iter(member_ids)
    while batch := list(islice(ids, _STEP)):
        yield from _at_one_moment(redis, keys, batch, after)


def applied_events(redis: Redis, keys: Keys) -> int:
    """Returns the number of events applied to records, according to the counters."""
    counters = cast("dict[bytes, bytes]", redis.hgetall(keys.counters))
    return sum(
        int(count)
        for field, count in counters.items()
        if field.startswith(f"{EVENTS}{SEPARATOR}".encode())
        and field.endswith(f"{SEPARATOR}applied".encode())
    )


def _at_one_moment(
    redis: Redis, keys: Keys, member_ids: Sequence[str], after: str | None
) -> Iterator[MemberState]:
    """Reads members again whose record was written in between."""
    left = list(member_ids)
    while left:
        pipeline = redis.pipeline(transaction=False)
        for member_id in left:
            pipeline.get(keys.record(member_id))
            pipeline.lrange(keys.index(member_id), 0, -1)
            pipeline.lrange(keys.received(member_id), 0, -1)
            pipeline.getrange(keys.record(member_id), 0, STAMP_BYTES - 1)
        answers: list[Any] = pipeline.execute()
        changed: list[str] = []
        for number, member_id in enumerate(left):
            record, index, received, stamp = answers[4 * number : 4 * number + 4]
            if (record or b"")[:STAMP_BYTES] != stamp:
                changed.append(member_id)
                continue
            ids = tuple(entry_id.decode() for entry_id in index)
            state = None if record is None else record[STAMP_BYTES:]
            entries = tuple(_entries(redis, keys, _later(ids, after)))
            yield MemberState(member_id, state, ids, entries, tuple(received))
        left = changed


def _entries(redis: Redis, keys: Keys, ids: Sequence[str]) -> Iterator[StreamedEvent]:
    """Returns the entries that exist."""
    pipeline = redis.pipeline(transaction=False)
    for entry_id in ids:
        pipeline.xrange(keys.determinations, min=entry_id, max=entry_id)
    answers: list[Any] = pipeline.execute()
    for entry_id, found in zip(ids, answers, strict=True):
        for _, fields in found:
            yield entry_id, _event_in(fields)


def _event_in(fields: Mapping[bytes, bytes]) -> bytes:
    """Returns the entry's event. An entry with other fields was not written by a worker."""
    return fields[_FIELD] if set(fields) == {_FIELD} else b""


def _later(ids: Sequence[str], after: str | None) -> list[str]:
    return [entry_id for entry_id in ids if after is None or is_before(after, entry_id)]
