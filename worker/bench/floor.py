"""The floor: a plain loop in one process without Celery; read, decode, load, decide, commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from redis import Redis

from rules.library_model import Library
from worker.bench.processes import PREFIX, Running, fill_stream
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.intake.lane_handler import LaneHandler
from worker.intake.runtime import BATCH_BYTES, BATCH_ENTRIES
from worker.intake.spans import NO_SPANS, Spans
from worker.metrics.counters import Tally
from worker.sandbox.redis_server import embedded_redis
from worker.store.compatibility import Compatibility
from worker.store.keys import Keys, lane_name
from worker.store.protocol import Lease
from worker.store.redis import RedisStore

_LANE: Final = lane_name(0)
_LEASE_MILLISECONDS: Final = 60_000


@contextmanager
def floor(
    library: Library,
    batch: int = BATCH_ENTRIES,
    *,
    spans: Spans = NO_SPANS,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[Running]:
    """
    Runs a loop on its own Redis with the shipped persistence, `batch` events per commit.

    All events are already in one lane: there is no routing and no dispatch.
    """
    with embedded_redis() as server:
        settings = load_settings(
            redis_url=server.url, broker_url=server.url, prefix=PREFIX, lanes=1
        )
        with redis_client(settings) as redis:
            loop = _Loop(redis, library, batch, spans, clock)
            yield Running(redis, settings, loop.work_off)


class _Loop:
    def __init__(
        self,
        redis: Redis,
        library: Library,
        batch: int,
        spans: Spans,
        clock: Callable[[], float],
    ) -> None:
        self._redis = redis
        self._store = RedisStore(redis, Keys(PREFIX))
        self._library = library
        self._batch = batch
        self._spans = spans
        self._clock = clock

    def work_off(self, events: Sequence[bytes]) -> float:
        fill_stream(self._redis, Keys(PREFIX).stream(_LANE), events)
        pipeline = LaneHandler(self._store, self._library, _LANE, Tally(), spans=self._spans)
        lease = self._take()
        began_at = self._clock()
        while entries := self._store.head(_LANE, self._batch, BATCH_BYTES):
            pipeline.finish(lease, entries)
        seconds = self._clock() - began_at
        self._store.release(lease)
        return seconds

    def _take(self) -> Lease:
        terms = Compatibility(1, self._library.generation, self._library.digest)
        self._store.agree(terms)
        lease = self._store.take(_LANE, "floor", _LEASE_MILLISECONDS, terms)
        assert lease is not None
        return lease
