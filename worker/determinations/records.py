"""Reads the records of members in Redis, member by member."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, cast

from redis import Redis

from worker.store.arguments import STAMP_BYTES
from worker.store.keys import Keys

_STEP: Final = 500
_SPECIAL: Final = re.compile(r"([*?\[\]\\])")


def recorded_members(redis: Redis, keys: Keys) -> Iterator[str]:
    """
    The ids of all members with a record, in no order; an id may come twice.

    A member whose record exists throughout the scan comes at least once.
    """
    prefix = keys.record("")
    pattern = _SPECIAL.sub(r"\\\1", prefix) + "*"
    for key in redis.scan_iter(match=pattern, count=_STEP, _type="string"):
        yield cast("bytes", key).decode().removeprefix(prefix)


def member_states(redis: Redis, keys: Keys) -> Iterator[tuple[str, bytes]]:
    """The state of each member as it is stored, without its stamp."""
    ids = recorded_members(redis, keys)
    while batch := list(islice(ids, _STEP)):
        pipeline = redis.pipeline(transaction=False)
        for member_id in batch:
            pipeline.get(keys.record(member_id))
        answers: list[Any] = pipeline.execute()
        for member_id, stored in zip(batch, answers, strict=True):
            if stored is not None:
                yield member_id, stored[STAMP_BYTES:]
