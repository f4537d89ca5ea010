"""Waits until what stands in the queue now has been worked off, whatever comes after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from redis import Redis

from worker.replay.queue_watch import QueueStands
from worker.store.keys import DOOR, Keys, Place, lane_name

_POLL_SECONDS: Final = 0.05
_NOTHING: Final = "0-0"


class QueueBacklog:
    """The queue of an installation, from outside; never writes."""

    def __init__(self, redis: Redis, keys: Keys, lanes: int) -> None:
        self._redis = redis
        self._keys = keys
        # The installation's own number of lanes takes precedence, so that no lane is missed.
        stored = redis.hget(keys.meta, "lanes")
        count = int(stored) if stored is not None else lanes
        self._lanes = [lane_name(lane) for lane in range(count)]

    def waiting(self) -> int:
        """The number of entries at the door and in the lanes, the door read first."""
        pipeline = self._redis.pipeline(transaction=False)
        for place in (DOOR, *self._lanes):
            pipeline.xlen(self._keys.stream(place))
        return sum(pipeline.execute())

    def wait(
        self,
        until: str | None = None,
        look: Callable[[int], None] = lambda waiting: None,
        *,
        seconds_without_progress: float = 60,
    ) -> None:
        """
        Returns when the entries up to the one with the id `until` have left the queue.

        `until` is an id of the door; None stands for the last that is there now. An entry leaves
        the door for the end of a lane, so its lane is read once the door is past it. `look` gets
        the number of entries that wait, at each look. Raises `QueueStands`.
        """
        ends = self._ends([DOOR])
        self._wait_for({DOOR: until or ends[DOOR]}, look, seconds_without_progress)
        self._wait_for(self._ends(self._lanes), look, seconds_without_progress)

    def _wait_for(
        self, ends: Mapping[Place, str], look: Callable[[int], None], patience: float
    ) -> None:
        left, since = self._left(ends), time.monotonic()
        while left:
            look(self.waiting())
            time.sleep(_POLL_SECONDS)
            before, left = left, self._left(ends)
            if before != left:
                since = time.monotonic()
            elif time.monotonic() - since > patience:
                raise QueueStands(self.waiting(), patience)
        look(self.waiting())

    def _left(self, ends: Mapping[Place, str]) -> dict[Place, str]:
        """The first entry of each place that has not gone past its end."""
        pipeline = self._redis.pipeline(transaction=False)
        for place, end in ends.items():
            pipeline.xrange(self._keys.stream(place), max=end, count=1)
        answers: list[Any] = pipeline.execute()
        return {
            place: found[0][0].decode() for place, found in zip(ends, answers, strict=True) if found
        }

    def _ends(self, places: list[Place]) -> dict[Place, str]:
        """The last id of each place, read as the stream is now."""
        pipeline = self._redis.pipeline(transaction=False)
        for place in places:
            pipeline.xrevrange(self._keys.stream(place), count=1)
        answers: list[Any] = pipeline.execute()
        return {
            place: found[0][0].decode() if found else _NOTHING
            for place, found in zip(places, answers, strict=True)
        }
