"""Reads the determinations of a claim from the stream, through the indexes that commits write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import cast

import msgspec
from redis import Redis

from worker.determinations.data import Data, MemberLineKey, line_key
from worker.store.keys import Keys

_STEP = 500


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
    for data in map(_data_of, events):
        if data["claim_id"] == claim_id:
            revisions.setdefault(data["line"], {})[data["revision"]] = data
    return {
        line: [by_number[number] for number in sorted(by_number)]
        for line, by_number in sorted(revisions.items())
    }


def latest_of(
    redis: Redis, keys: Keys, lines: Collection[MemberLineKey]
) -> dict[MemberLineKey, Data]:
    """The latest determination of each of some lines, as far as the stream still holds it."""
    members = dict.fromkeys(member_id for *_, member_id in lines)
    latest: dict[MemberLineKey, Data] = {}
    for _, event in events_of(redis, keys, *members):
        data = _data_of(event) if event else None
        if data is not None and line_key(data) in lines:
            latest[line_key(data)] = data
    return latest


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
