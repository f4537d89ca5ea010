"""Whether any worker is there, and which shards answer, asked at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Final, Generic, TypeVar

from redis import Redis
from redis.exceptions import RedisError

from worker.config.settings import Settings
from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.store.shard_presence import numbers_away

ASKED_EVERY_SECONDS: Final = 5.0

T = TypeVar("T")


class _Kept(Generic[T]):
    """Remembers the last answer: a page need not ask for what the page before has asked."""

    def __init__(self, ask: Callable[[], T], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._answer: T | None = None
        self._asked_at = float("-inf")
        self._lock = Lock()

    def now(self) -> T:
        """What is answered now or was a few seconds ago; raises what asking raises."""
        with self._lock:
            if self._answer is None or self._clock() - self._asked_at >= ASKED_EVERY_SECONDS:
                self._answer = self._ask()
                self._asked_at = self._clock()
            return self._answer


class AwayShards:
    """The shards that do not answer, as they were a few seconds ago; of a single one none is."""

    def __init__(self, shards: Sequence[Settings], clock: Callable[[], float] = monotonic) -> None:
        self._shards = shards
        self._kept = _Kept(self._asked, clock)

    def now(self) -> tuple[int, ...]:
        """Their numbers. Where none answers it is empty, so that each page says so itself."""
        return () if len(self._shards) == 1 else self._kept.now()

    def _asked(self) -> tuple[int, ...]:
        try:
            return numbers_away(self._shards)
        except (RedisError, RetryableError):
            return ()


class WorkerPresence:
    """Whether workers are ready, as it was a few seconds ago."""

    def __init__(
        self,
        shards: Sequence[tuple[Redis, Keys]],
        away: AwayShards,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`shards`: all of them, of which the first that answers is asked."""
        self._shards = shards
        self._away = away
        self._kept = _Kept(self._asked, clock)

    def is_away(self) -> bool:
        """Whether no worker is ready, so that what is sent waits; raises `redis.RedisError`."""
        return self._kept.now() == 0

    def _asked(self) -> int:
        away = self._away.now()
        number = next((each for each in range(len(self._shards)) if each not in away), 0)
        redis, keys = self._shards[number]
        seconds, microseconds = redis.time()
        now = seconds * 1000 + microseconds // 1000
        return redis.zcount(keys.workers, now, "+inf")
