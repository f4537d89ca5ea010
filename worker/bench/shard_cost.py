"""
Measures what an event costs when an installation has 1, 4, 16 or 64 shards, in turn.

All are on one server, and all have the same number of places, so that batches are as long: what
differs is what is done for each shard.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from worker.bench.plan import plan_events
from worker.bench.processes import FILLED, STANDS_SECONDS, Stands, events_done, fill_stream
from worker.bench.spread import Spread, spread_of
from worker.bench.throughput import SEED, warm_up
from worker.client import shard_of_event
from worker.sandbox.installation import WorkerProcess, installation
from worker.store.shards import Shards, open_shards

SHARDS: Final = (1, 4, 16, 64)
PLACES: Final = 64
"""Lanes of all shards together."""

IDLE_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 0.2
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")


class ShardCost(msgspec.Struct, frozen=True):
    """What an event costs with so many shards."""

    worker: Spread
    """Of an event: seconds of all processes of the worker."""
    redis: Spread
    """Of an event: seconds of the server."""
    memory: Spread
    """Of an event: bytes that the server keeps, with the determinations that are not archived."""
    disk: Spread
    """Of an event: bytes of the append-only file, before it is rewritten."""
    idle_worker: Spread
    """Of a second in which nothing comes."""
    idle_redis: Spread


class _Used(NamedTuple):
    worker: float
    redis: float
    memory: float
    disk: float

    def since(self, before: _Used, share: float) -> _Used:
        grown = (now - then for now, then in zip(self, before, strict=True))
        return _Used(*(each / share for each in grown))


def shard_costs(
    rounds: int, events: int, tell: Callable[[], object], counts: Sequence[int] = SHARDS
) -> Mapping[str, ShardCost]:
    """The cost by number of shards, each on a fresh Redis each round; raises `NotStarted`."""
    plan = list(plan_events(SEED, events))
    measured: dict[int, list[tuple[_Used, _Used]]] = {count: [] for count in counts}
    for _ in range(rounds):
        for count, found in measured.items():
            found.append(_measure(count, plan))
            tell()
    return {str(count): _cost(found) for count, found in measured.items()}


def _measure(count: int, plan: Sequence[bytes]) -> tuple[_Used, _Used]:
    """What an event costs, and a second without any."""
    with _running(count) as (shards, worker):
        _work_off(shards, worker, warm_up())
        before = _used(shards, worker)
        time.sleep(IDLE_SECONDS)
        idle = _used(shards, worker).since(before, IDLE_SECONDS)
        return _work_off(shards, worker, plan), idle


@contextmanager
def _running(count: int) -> Iterator[tuple[Shards, WorkerProcess]]:
    with ExitStack() as stack:
        own = stack.enter_context(
            installation(workers=1, size=2, settings={"shards": count, "lanes": PLACES // count})
        )
        yield stack.enter_context(open_shards(own.settings)), own.workers[0]


def _work_off(shards: Shards, worker: WorkerProcess, events: Sequence[bytes]) -> _Used:
    """What an event costs, with its arrival; work begins when all of them stand at the doors."""
    before = _used(shards, worker)
    by_shard: dict[int, list[bytes]] = {}
    for event in events:
        by_shard.setdefault(shard_of_event(event, len(shards)), []).append(event)
    for number, some in by_shard.items():
        fill_stream(shards[number].redis, _filled(number), some)
    done_before = {number: _done(shards, number) for number in by_shard}
    for number in by_shard:
        shards[number].redis.rename(_filled(number), shards[number].keys.door)
    _wait(shards, worker, {n: done_before[n] + len(some) for n, some in by_shard.items()})
    return _used(shards, worker).since(before, len(events))


def _filled(number: int) -> str:
    return f"{FILLED}:{number}"


def _wait(shards: Shards, worker: WorkerProcess, expected: dict[int, int]) -> None:
    moved_at, done_before = time.perf_counter(), -1
    waiting, finished = dict(expected), 0
    while waiting:
        done = {number: _done(shards, number) for number in waiting}
        finished += sum(done[number] for number, count in waiting.items() if done[number] >= count)
        waiting = {number: count for number, count in waiting.items() if done[number] < count}
        so_far = finished + sum(done[number] for number in waiting)
        if so_far > done_before:
            moved_at, done_before = time.perf_counter(), so_far
        elif time.perf_counter() - moved_at > STANDS_SECONDS:
            raise Stands(worker.last_words())
        time.sleep(_POLL_SECONDS)


def _done(shards: Shards, number: int) -> int:
    return events_done(shards[number].redis, shards[number].keys)


def _used(shards: Shards, worker: WorkerProcess) -> _Used:
    """Until now."""
    redis = shards[0].redis
    cpu: Any = redis.info("cpu")
    size: Any = redis.info("memory")
    kept: Any = redis.info("persistence")
    return _Used(
        sum(map(_seconds_of, _processes(worker.pid))),
        cpu["used_cpu_user"] + cpu["used_cpu_sys"],
        size["used_memory"],
        kept["aof_current_size"],
    )


def _processes(pid: int) -> Iterable[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return chain([pid], map(int, children))


def _seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def _cost(found: Sequence[tuple[_Used, _Used]]) -> ShardCost:
    return ShardCost(
        worker=spread_of(event.worker for event, _ in found),
        redis=spread_of(event.redis for event, _ in found),
        memory=spread_of(event.memory for event, _ in found),
        disk=spread_of(event.disk for event, _ in found),
        idle_worker=spread_of(idle.worker for _, idle in found),
        idle_redis=spread_of(idle.redis for _, idle in found),
    )
