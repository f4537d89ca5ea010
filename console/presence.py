"""Whether any worker is there, and which shards answer, asked at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from worker.config.settings import Settings
from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.store.shard_presence import numbers_away

ASKED_EVERY_SECONDS: Final = 5.0


class AwayShards:
    """The shards that do not answer, as they were a few seconds ago; of a single one none is."""

    def __init__(self, shards: Sequence[Settings], clock: Callable[[], float] = monotonic) -> None:
        self._shards = shards
        self._clock = clock
        self._asked_at = float("-inf")
        self._away: tuple[int, ...] = ()
        self._lock = Lock()

    def now(self) -> tuple[int, ...]:
        """Their numbers. Where none answers it is empty, so that each page says so itself."""
        if len(self._shards) == 1:
            return ()
        with self._lock:
            if self._clock() - self._asked_at >= ASKED_EVERY_SECONDS:
                self._away = self._asked()
                self._asked_at = self._clock()
            return self._away

    def _asked(self) -> tuple[int, ...]:
        try:
            return numbers_away(self._shards)
        except (RedisError, RetryableError):
            return ()


class WorkerPresence:
    """Remembers the last answer: a page need not ask for what the page before has asked."""

    def __init__(
        self,
        shards: Sequence[tuple[Redis, Keys]],
        away: AwayShards,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`shards`: all of them, of which the first that answers is asked."""
        self._shards = shards
        self._away = away
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
        away = self._away.now()
        number = next((each for each in range(len(self._shards)) if each not in away), 0)
        redis, keys = self._shards[number]
        seconds, microseconds = redis.time()
        now = seconds * 1000 + microseconds // 1000
        return redis.zcount(keys.workers, now, "+inf")
