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
    places: dict[str, list[str]] = {}
    for service, reason, policy in waited_for(redis, keys) if pended else ():
        places.setdefault(reason, []).append(keys.pends(service, reason, policy))
    asked = [(one, place) for one in pended for place in places.get(one.reason, ())]
    pipeline = redis.pipeline(transaction=False)
    for one, place in asked:
        line = msgspec.json.encode([one.member_id, one.claim_id, one.line])
        pipeline.zscore(place, line)
    scores = pipeline.execute()
    return {
        one.found.entry_id
        for (one, _), score in zip(asked, scores, strict=True)
        if score is not None
    }
