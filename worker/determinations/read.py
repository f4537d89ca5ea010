"""Reads the determinations of a claim from the stream, through the indexes that commits write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import cast

import msgspec
from redis import Redis

from worker.determinations.data import Data, MemberLineKey, line_key
from worker.store.keys import Keys

_STEP = 500
_BACKWARDS = 16
"""So many of a member's determinations are read at first from the latest on; then twice as many."""


class _Named(msgspec.Struct):
    claim_id: str


class _Told(msgspec.Struct):
    data: _Named


_claim_of = msgspec.json.Decoder(_Told).decode
"""Of a long history most determinations are of other claims: only their claim is looked at."""


def members_with(redis: Redis, keys: Keys, claim_id: str) -> list[str]:
    """The members that have a claim of this id, sorted."""
    members = cast("list[bytes]", redis.zrange(keys.claim(claim_id), 0, -1))
    return sorted(member.decode() for member in members)


def history_of(redis: Redis, keys: Keys, member_id: str, claim_id: str) -> dict[int, list[Data]]:
    """The determinations of each line of a claim, as far as the stream still holds them."""
    return history_in((event for _, event in events_of(redis, keys, member_id) if event), claim_id)


def history_in(events: Iterable[bytes], claim_id: str) -> dict[int, list[Data]]:
    """Selects a claim's determinations from a member's: by line, in the order of revisions."""
    revisions: dict[int, dict[int, Data]] = {}
    for event in events:
        if _claim_of(event).data.claim_id == claim_id:
            data = _data_of(event)
            revisions.setdefault(data["line"], {})[data["revision"]] = data
    return {
        line: [by_number[number] for number in sorted(by_number)]
        for line, by_number in sorted(revisions.items())
    }


def times_in(events: Iterable[bytes], claim_id: str) -> dict[tuple[int, int], datetime]:
    """When a claim's determinations were published, by line and revision."""
    decoded = (msgspec.json.decode(event) for event in events)
    return {
        (event["data"]["line"], event["data"]["revision"]): datetime.fromisoformat(event["time"])
        for event in decoded
        if event["data"]["claim_id"] == claim_id
    }


def latest_of(
    redis: Redis, keys: Keys, lines: Collection[MemberLineKey]
) -> dict[MemberLineKey, Data]:
    """
    The latest determination of each of some lines, as far as the stream still holds it.

    Each member's are read from the latest on, and no further back than its lines need.
    """
    wanted: dict[str, set[MemberLineKey]] = {}
    for key in lines:
        wanted.setdefault(key[2], set()).add(key)
    latest: dict[MemberLineKey, Data] = {}
    last, number = -1, _BACKWARDS
    while wanted:
        looked_at = _backwards(redis, keys, list(wanted), last, number)
        for member_id, events in looked_at.items():
            for data in map(_data_of, filter(None, events)):
                if line_key(data) in wanted[member_id]:
                    wanted[member_id].remove(line_key(data))
                    latest[line_key(data)] = data
            if not wanted[member_id] or len(events) < number:
                del wanted[member_id]
        last, number = last - number, 2 * number
    return latest


def _backwards(
    redis: Redis, keys: Keys, members: list[str], last: int, number: int
) -> dict[str, list[bytes | None]]:
    """Some determinations of each of some members before a place in their lists, latest first."""
    pipeline = redis.pipeline(transaction=False)
    for member_id in members:
        pipeline.lrange(keys.index(member_id), last - number + 1, last)
    indexes = pipeline.execute()
    for index in indexes:
        for entry_id in index:
            pipeline.xrange(keys.determinations, min=entry_id, max=entry_id)
    entries = iter(pipeline.execute())
    found: dict[str, list[bytes | None]] = {}
    for member_id, index in zip(members, indexes, strict=True):
        events = [
            each[0][1][b"event"] if each else None for _, each in zip(index, entries, strict=False)
        ]
        found[member_id] = events[::-1]
    return found


def events_of(redis: Redis, keys: Keys, *members: str) -> Iterator[tuple[str, bytes | None]]:
    """
    All determinations of some members, in order for each member, with their ids in the stream.

    None if the stream no longer holds it.
    """
    pipeline = redis.pipeline(transaction=False)
    for member_id in members:
        pipeline.lrange(keys.index(member_id), 0, -1)
    ids = [entry_id for index in pipeline.execute() for entry_id in index]
    for first in range(0, len(ids), _STEP):
        some = ids[first : first + _STEP]
        for entry_id in some:
            pipeline.xrange(keys.determinations, min=entry_id, max=entry_id)
        for entry_id, entries in zip(some, pipeline.execute(), strict=True):
            yield entry_id.decode(), entries[0][1][b"event"] if entries else None


def _data_of(event: bytes) -> Data:
    data: Data = msgspec.json.decode(event)["data"]
    return data
