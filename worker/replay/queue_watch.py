"""Watches an installation from outside: what is waiting, and what has come out since."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from redis import Redis

from worker.failures import RetryableError
from worker.store.keys import Keys, lane_name
from worker.terminal.counts import counted

_Entries = list[tuple[bytes, dict[bytes, bytes]]]

_STEP = 500
_POLL_SECONDS = 0.02
_POLL_SECONDS_MANY = 0.2
"""While a second's work or more is waiting: each look takes some of Redis's own time."""
_MANY = 2000


class QueueStands(RetryableError):
    """Nothing has left the queue for a while."""

    def __init__(self, waiting: int, seconds: float) -> None:
        super().__init__(
            f"The queue has not moved for {seconds:.0f} seconds; {counted(waiting, 'event')} in "
            "it. Is a worker running and ready? Run `adjudicator health --ready` on its machine."
        )


class QueueWatch:
    """Reads what comes out of an installation from now on; never writes."""

    def __init__(self, redis: Redis, keys: Keys, lanes: int) -> None:
        self._redis = redis
        self._keys = keys
        # The installation's own number of lanes takes precedence, so that no lane is missed.
        stored = redis.hget(keys.meta, "lanes")
        self._lanes = int(stored) if stored is not None else lanes
        self._determinations_from = self._last_id(keys.determinations)
        self._dead_letters_from = self._last_id(keys.dead_letters)

    def waiting(self) -> int:
        """
        The number of events in the queue.

        The door is read first: events only move from there to a lane, so none is missed on the
        way.
        """
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.xlen(self._keys.door)
        for lane in range(self._lanes):
            pipeline.xlen(self._keys.stream(lane_name(lane)))
        return sum(pipeline.execute())

    def wait_until_drained(
        self,
        look: Callable[[int], None] = lambda waiting: None,
        *,
        seconds_without_progress: float = 60,
    ) -> None:
        """Returns when nothing is waiting; `look` gets the number. Raises `QueueStands`."""
        fewest, since = self.waiting(), time.monotonic()
        waiting = fewest
        while waiting:
            look(waiting)
            time.sleep(_POLL_SECONDS_MANY if waiting >= _MANY else _POLL_SECONDS)
            waiting = self.waiting()
            if waiting < fewest:
                fewest, since = waiting, time.monotonic()
            elif time.monotonic() - since > seconds_without_progress:
                raise QueueStands(waiting, seconds_without_progress)
        look(0)

    def determinations(self) -> Iterator[bytes]:
        """Returns each determination published since, as it is in the stream."""
        for fields in self._since(self._keys.determinations, self._determinations_from):
            yield fields[b"event"]

    def dead_letters(self) -> Iterator[Mapping[bytes, bytes]]:
        """Returns the fields of each new dead letter."""
        return self._since(self._keys.dead_letters, self._dead_letters_from)

    def _since(self, stream: str, last: str) -> Iterator[Mapping[bytes, bytes]]:
        while entries := self._read(stream, last):
            for _, fields in entries:
                yield fields
            last = entries[-1][0].decode()

    def _read(self, stream: str, after: str) -> _Entries:
        return cast("_Entries", self._redis.xrange(stream, min=f"({after}", max="+", count=_STEP))

    def _last_id(self, stream: str) -> str:
        entries = cast("_Entries", self._redis.xrevrange(stream, count=1))
        return entries[0][0].decode() if entries else "0-0"
