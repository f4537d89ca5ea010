"""Redis is killed, loses its last seconds, stands still or is started again under load."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from tests.faults.checker import consistent
from tests.faults.fates import key_of
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from worker.sandbox.redis_server import embedded_redis

EVENTS = 500
SECONDS = 2.5
EVERY_TIMEOUT_SECONDS = 17
"""Above ours: an answer 5, to say that a lease is free 5 more, an order 15, and the lease."""
TAIL_SECONDS = 2.0
"""`everysec` may lose so much."""


@pytest.mark.parametrize("seed", seeds(1))
def test_a_redis_killed_and_started_again_has_lost_nothing(seed, start_run, report, library):
    with embedded_redis() as server, start_run(seed, server) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.1, 0.6)
                server.kill()
                run.pause(0, 0.3)
                server.start()
                run.kills += 1
        run.drained()

        report("SIGKILL of Redis, AOF always", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_redis_that_forgot_its_last_seconds_is_consistent_and_sending_again_repairs_it(
    seed, start_run, report, library
):
    entries = entries_of(seed, EVENTS)
    everysec = {"appendfsync": "everysec"}
    with embedded_redis(everysec) as server, start_run(seed, server) as run:
        run.start_workers(2, size=2)
        with _sizes_of(server.folder) as sizes, run.sending(entries, SECONDS):
            pass
        server.kill()
        run.end_workers()
        run.kills += 1
        _cut_tail(server.folder, sizes, run.lots)
        server.start()
        run.trouble = consistent(run.observe(), run.arrived(), [library])

        run.doubtful.update(map(key_of, entries))
        run.sent.clear()
        run.mend()
        run.send(entries)
        run.drained()
        report("AOF everysec, tail cut", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_redis_that_stands_still_for_longer_than_every_timeout_goes_on(
    seed, start_run, report, library
):
    with embedded_redis(tcp=True) as server, start_run(seed, server) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            run.pause(0.3, 1.5)
            os.kill(server.pid, signal.SIGSTOP)
            time.sleep(EVERY_TIMEOUT_SECONDS)
            os.kill(server.pid, signal.SIGCONT)
        run.drained()

        report("SIGSTOP of Redis", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_workers_that_wait_for_work_survive_a_restart(seed, start_run, report, library):
    with embedded_redis() as server, start_run(seed, server) as run:
        run.start_workers(2, size=1)
        entries = entries_of(seed, EVENTS)
        for first in range(0, EVENTS, EVENTS // 3):
            run.pause(0.1, 0.5)
            server.kill()
            run.pause(0, 1.5)
            server.start()
            run.kills += 1
            run.send(entries[first : first + EVENTS // 3])
            run.drained()

        report("Redis restarted, workers idle", run, run.verdict([library]))
        assert [1, 1] == [worker.lives for worker in run.workers]


@contextmanager
def _sizes_of(folder: Path) -> Iterator[list[tuple[float, int]]]:
    """When the append-only file had which size, while the block runs."""
    sizes: list[tuple[float, int]] = []
    ended = Event()

    def look() -> None:
        while not ended.wait(0.01):
            sizes.append((time.monotonic(), _aof(folder).stat().st_size))

    thread = Thread(target=look, daemon=True)
    thread.start()
    yield sizes
    ended.set()
    thread.join()


def _cut_tail(folder: Path, sizes: Sequence[tuple[float, int]], lots: Random) -> None:
    """Cuts at any byte that was written in the last seconds."""
    last_at, last = sizes[-1]
    kept = max((size for at, size in sizes if at < last_at - TAIL_SECONDS), default=0)
    os.truncate(_aof(folder), lots.randint(kept, last))


def _aof(folder: Path) -> Path:
    """The file that is appended to; before Redis 7 there is one only."""
    return next(iter([*folder.rglob("*.incr.aof"), *folder.glob("appendonly.aof")]))
