"""Redis reaches `maxmemory` under load; work stops, nothing is lost, and it goes on with room."""

from __future__ import annotations

import pytest

from tests.faults.run import STANDS_SECONDS
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from tests.support.processes import eventually
from worker.sandbox.redis_server import embedded_redis

EVENTS = 300
SECONDS = 3
TIMES_FULL = 2
FEW = 60
FILLER_BYTES = 16 << 20


@pytest.mark.parametrize("seed", seeds(1))
def test_with_a_broker_of_its_own_a_full_redis_ends_no_worker(seed, start_run, report, library):
    with (
        embedded_redis() as server,
        embedded_redis({"appendonly": "no"}) as broker,
        start_run(seed, server, broker_url=broker.url) as run,
    ):
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            for _ in range(TIMES_FULL):
                _fill(run)
                assert eventually(lambda: not any(w.is_ready for w in run.workers), STANDS_SECONDS)
                _make_room(run)
                run.pause(0.1, 0.5)
        run.drained()

        report("maxmemory, broker apart", run, run.verdict([library]))
        assert [1, 1] == [worker.lives for worker in run.workers]


@pytest.mark.parametrize("seed", seeds(1))
def test_with_a_shared_broker_workers_are_started_again_and_nothing_is_lost(
    seed, start_run, report, library
):
    with embedded_redis() as server, start_run(seed, server) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            for _ in range(TIMES_FULL):
                _fill(run)
                run.pause(0.3, 1.2)
                run.mend()
                _make_room(run)
                run.pause(0.1, 0.5)
        run.drained()

        report("maxmemory, broker shared", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_above_the_mark_and_below_the_limit_work_stops_in_good_order(
    seed, start_run, report, library
):
    with embedded_redis() as server, start_run(seed, server) as run:
        run.client.setrange("filler", FILLER_BYTES, "x")  # so that the rest hardly counts
        run.start_workers(2, size=2)
        _fill(run, share=0.93)
        assert eventually(lambda: not any(w.is_ready for w in run.workers), STANDS_SECONDS)

        run.send(entries_of(seed, FEW))
        run.pause(0.5, 1)
        waiting = len(run.observe().queue)
        _make_room(run)
        run.drained()

        report("memory above the mark", run, run.verdict([library]))
        assert FEW == waiting
        assert [1, 1] == [worker.lives for worker in run.workers]


def _fill(run, share: float = 1.05) -> None:
    """From now on Redis uses this share of what it may."""
    used = run.patiently(lambda: run.client.info("memory"))
    counted = used["used_memory"] - used["mem_not_counted_for_evict"]
    run.patiently(lambda: run.client.config_set("maxmemory", int(counted / share)))


def _make_room(run) -> None:
    run.patiently(lambda: run.client.config_set("maxmemory", 0))
