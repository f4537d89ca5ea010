"""Finds determinations whose lines are still pended; they stay in the stream for `pends`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from redis import Redis

from rules.determination import Service
from worker.determinations.parse import PublishedDetermination
from worker.store.keys import Keys

_SERVICES = get_args(Service)


def that_wait(redis: Redis, keys: Keys, told: Sequence[PublishedDetermination]) -> set[str]:
    """Returns stream ids of determinations whose line is, right now, pended for their reason."""
    pended = [one for one in told if one.outcome == "pended"]
    pipeline = redis.pipeline(transaction=False)
    for one in pended:
        line = msgspec.json.encode([one.member_id, one.claim_id, one.line])
        for service in _SERVICES:
            pipeline.zscore(keys.pends(service, one.reason), line)
    scores = iter(pipeline.execute())
    waits = [[next(scores) is not None for _ in _SERVICES] for _ in pended]
    return {one.found.entry_id for one, each in zip(pended, waits, strict=True) if any(each)}
