"""Finds determinations whose lines are still pended; they stay in the stream for `pends`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from redis import Redis

from worker.determinations.open_pends import waited_for
from worker.determinations.parse import PublishedDetermination
from worker.store.keys import Keys


def that_wait(redis: Redis, keys: Keys, told: Sequence[PublishedDetermination]) -> set[str]:
    """Returns stream ids of determinations whose line is, right now, pended for their reason."""
    pended = [one for one in told if one.outcome == "pended"]
    if not pended:
        return set()
    services = sorted({service for service, _ in waited_for(redis, keys)})
    pipeline = redis.pipeline(transaction=False)
    for one in pended:
        line = msgspec.json.encode([one.member_id, one.claim_id, one.line])
        for service in services:
            pipeline.zscore(keys.pends(service, one.reason), line)
    scores = iter(pipeline.execute())
    waits = [[next(scores) is not None for _ in services] for _ in pended]
    return {one.found.entry_id for one, each in zip(pended, waits, strict=True) if any(each)}
