"""Reads the determinations of a claim back from the stream, by the indexes that a commit keeps."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from redis import Redis

from worker.keys import Keys

Data = dict[str, Any]
"""The `data` object of a determination."""

_STEP = 500


def members_with(redis: Redis, keys: Keys, claim_id: str) -> list[str]:
    """The members that have a claim of this id, sorted."""
    members = cast("list[bytes]", redis.zrange(keys.claim(claim_id), 0, -1))
    return sorted(member.decode() for member in members)


def history_of(redis: Redis, keys: Keys, member_id: str, claim_id: str) -> dict[int, list[Data]]:
    """What was published for each line of a claim, in the order of its revisions."""
    revisions: dict[int, dict[int, Data]] = {}
    for data in _published(redis, keys, member_id):
        if data["claim_id"] == claim_id:
            revisions.setdefault(data["line"], {})[data["revision"]] = data
    return {
        line: [by_number[number] for number in sorted(by_number)]
        for line, by_number in sorted(revisions.items())
    }


def _published(redis: Redis, keys: Keys, member_id: str) -> list[Data]:
    """Everything published for a member that the stream still holds."""
    ids = redis.lrange(keys.index(member_id), 0, -1)
    found: list[Data] = []
    for first in range(0, len(ids), _STEP):
        pipeline = redis.pipeline(transaction=False)
        for entry_id in ids[first : first + _STEP]:
            pipeline.xrange(keys.determinations, min=entry_id, max=entry_id)
        for entries in pipeline.execute():
            found += (msgspec.json.decode(fields[b"event"])["data"] for _, fields in entries)
    return found
