"""Whether any worker is there, asked of Redis at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

from redis import Redis

from worker.store.keys import Keys

ASKED_EVERY_SECONDS: Final = 5.0


class WorkerPresence:
    """Remembers the last answer: a page need not ask for what the page before has asked."""

    def __init__(self, redis: Redis, keys: Keys, clock: Callable[[], float] = monotonic) -> None:
        self._redis = redis
        self._key = keys.workers
        self._clock = clock
        self._asked_at = float("-inf")
        self._count = 0
        self._lock = Lock()

    def is_away(self) -> bool:
        """Whether no worker is ready, so that what is sent waits; raises `redis.RedisError`."""
        with self._lock:
            if self._clock() - self._asked_at >= ASKED_EVERY_SECONDS:
                self._count = self._asked()
                self._asked_at = self._clock()
            return self._count == 0

    def _asked(self) -> int:
        seconds, microseconds = self._redis.time()
        now = seconds * 1000 + microseconds // 1000
        return self._redis.zcount(self._key, now, "+inf")
