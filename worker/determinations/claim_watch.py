"""Reads what is published of one claim, again and again, and each time only what is new."""

from __future__ import annotations

from typing import cast

from redis import Redis

from worker.determinations.data import Data
from worker.determinations.read import history_in
from worker.store.keys import Keys


class ClaimWatch:
    """What is known to be published of one claim of one member."""

    def __init__(self, redis: Redis, prefix: str, member_id: str, claim_id: str) -> None:
        self._redis = redis
        self._keys = Keys(prefix)
        self._member_id = member_id
        self._claim_id = claim_id
        self._seen = 0
        self._events: list[bytes] = []

    def lines(self) -> dict[int, list[Data]]:
        """
        The determinations of each line, in order, as far as the stream still holds them.

        Raises `redis.RedisError`.
        """
        index = cast(
            "list[bytes]", self._redis.lrange(self._keys.index(self._member_id), self._seen, -1)
        )
        pipeline = self._redis.pipeline(transaction=False)
        for entry_id in index:
            pipeline.xrange(self._keys.determinations, min=entry_id, max=entry_id)
        entries = pipeline.execute() if index else []
        self._events += [found[0][1][b"event"] for found in entries if found]
        self._seen += len(index)
        return history_in(self._events, self._claim_id)
