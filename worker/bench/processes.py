"""What every contender has: its own Redis, and a timed way to process events."""

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
"""Where events are prepared; renaming the key releases them all at once."""

_STEP: Final = 500
_POLL_SECONDS: Final = 0.01
STANDS_SECONDS: Final = 60.0
"""After so long without progress it is taken to stand."""

_COUNTED: Final = [
    SEPARATOR.join((EVENTS, *labels))
    for labels in product((*EVENT_TYPES, UNKNOWN_EVENT_TYPE), get_args(Result))
]
"""The counters of finished events."""


class Running(NamedTuple):
    """A running contender."""

    redis: Redis
    settings: Settings
    work_off: Callable[[Sequence[bytes]], float]
    """Processes events; returns the seconds it took."""
    pid: int = 0
    """Of a worker's main process; 0: there is none."""


class Stands(NotStarted):
    """The contender has made no progress for a minute."""

    def __init__(self, last_words: str) -> None:
        super().__init__(f"The contender has made no progress for a minute: {last_words}")


class Finish:
    """Waits until events are counted as done; the count is part of the finishing commit."""

    def __init__(self, redis: Redis, last_words: Callable[[], str]) -> None:
        self._redis = redis
        self._last_words = last_words
        self._expected = 0

    def time(self, count: int, begin: Callable[[], object]) -> float:
        """Returns the seconds from `begin` until `count` more are done; raises `Stands`."""
        self._expected += count
        began_at = moved_at = time.perf_counter()
        begin()
        done = -1
        while (now_done := events_done(self._redis, Keys(PREFIX))) < self._expected:
            if now_done > done:
                done, moved_at = now_done, time.perf_counter()
            elif time.perf_counter() - moved_at > STANDS_SECONDS:
                raise Stands(self._last_words())
            time.sleep(_POLL_SECONDS)
        return time.perf_counter() - began_at


def events_done(redis: Redis, keys: Keys) -> int:
    """How many events an installation has ever finished, by its counters."""
    # Only these counters: reading all of them would take a share of Redis' time.
    counts: Any = redis.hmget(keys.counters, _COUNTED)
    return sum(int(count or 0) for count in counts)


def fill_stream(redis: Redis, stream: str, events: Iterable[bytes]) -> None:
    """Adds events to a stream as a producer does, a few hundred at a time."""
    waiting = list(events)
    for first in range(0, len(waiting), _STEP):
        pipeline = redis.pipeline(transaction=False)
        for event in waiting[first : first + _STEP]:
            pipeline.xadd(stream, {"event": event})
        pipeline.execute()
