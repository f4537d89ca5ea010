"""What every contender has: a Redis of its own, and a way to work events off that is timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, Final, NamedTuple, get_args

from redis import Redis

from worker.config.settings import Settings
from worker.events.decode import UNKNOWN_EVENT_TYPE
from worker.events.types import EVENT_TYPES
from worker.metrics.counters import EVENTS, SEPARATOR, Result
from worker.sandbox.installation import NotStarted
from worker.store.keys import Keys

PREFIX: Final = "mrs"
FILLED: Final = f"{PREFIX}:filled"
"""Where events stand before they are let go, all at once, by a change of the key's name."""

_STEP: Final = 500
_POLL_SECONDS: Final = 0.01
_STANDS_SECONDS: Final = 60.0

_COUNTED: Final = [
    SEPARATOR.join((EVENTS, *labels))
    for labels in product((*EVENT_TYPES, UNKNOWN_EVENT_TYPE), get_args(Result))
]
"""The counters of events that are done."""


class Running(NamedTuple):
    """A contender that runs."""

    redis: Redis
    settings: Settings
    work_off: Callable[[Sequence[bytes]], float]
    """Works off events; says how many seconds it took."""
    pid: int = 0
    """Of a worker's main process; 0 where there is none."""


class Stands(NotStarted):
    """What is measured has not moved for a minute."""

    def __init__(self, last_words: str) -> None:
        super().__init__(f"What is measured has not moved for a minute: {last_words}")


class Finish:
    """Waits until events are counted as done, which is written in the commit that finishes them."""

    def __init__(self, redis: Redis, last_words: Callable[[], str]) -> None:
        self._redis = redis
        self._last_words = last_words
        self._expected = 0

    def time(self, count: int, begin: Callable[[], object]) -> float:
        """Seconds from the beginning until so many more are done; raises `Stands`."""
        self._expected += count
        began_at = moved_at = time.perf_counter()
        begin()
        done = -1
        while (now_done := self._done()) < self._expected:
            if now_done > done:
                done, moved_at = now_done, time.perf_counter()
            elif time.perf_counter() - moved_at > _STANDS_SECONDS:
                raise Stands(self._last_words())
            time.sleep(_POLL_SECONDS)
        return time.perf_counter() - began_at

    def _done(self) -> int:
        # Only these: all of them would take some share of what Redis does.
        counts: Any = self._redis.hmget(Keys(PREFIX).counters, _COUNTED)
        return sum(int(count or 0) for count in counts)


def fill_stream(redis: Redis, stream: str, events: Iterable[bytes]) -> None:
    """Adds events to a stream as a producer does, some hundred at a time."""
    waiting = list(events)
    for first in range(0, len(waiting), _STEP):
        pipeline = redis.pipeline(transaction=False)
        for event in waiting[first : first + _STEP]:
            pipeline.xadd(stream, {"event": event})
        pipeline.execute()
