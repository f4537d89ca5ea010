"""Clocks of workers are hours apart, and they or that of Redis step back and on under load."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.faults.false_clocks import FalseClock
from tests.faults.seeds import seeds
from tests.faults.workers import Nursery
from tests.faults.workload import entries_of
from worker.sandbox.redis_server import embedded_redis

EVENTS = 500
SECONDS = 3
HOUR = 3600
STEPS = (-HOUR, -2 * HOUR, 60, HOUR)


@pytest.fixture
def clock(tmp_path_factory):
    return lambda offset: FalseClock(tmp_path_factory.mktemp("clock"), offset)


def test_a_program_lives_by_the_clock_that_it_is_given(clock):
    given = clock(HOUR)

    first = _minutes_ahead(given)
    given.set(-HOUR)

    assert (60, -60) == (first, _minutes_ahead(given))


@pytest.mark.parametrize("seed", seeds(1))
def test_workers_whose_clocks_are_hours_apart_and_step_agree(
    seed, start_run, report, library, clock
):
    clocks = clock(HOUR), clock(-HOUR)
    with (
        Nursery(clocks[0].environment) as ahead,
        Nursery(clocks[1].environment) as behind,
        start_run(seed) as run,
    ):
        for nursery in (ahead, behind):
            run.start_workers(1, size=2, nursery=nursery)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.2, 0.8)
                run.lots.choice(run.workers).kill()
                run.kills += 1
                run.lots.choice(clocks).set(run.lots.choice(STEPS))
                run.mend()
        run.drained()

        report("clocks hours apart that step", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_the_clock_of_redis_may_step_back_and_forward(seed, start_run, report, library, clock):
    of_redis = clock(0)
    with embedded_redis(binary=of_redis.redis_server()) as server, start_run(seed, server) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            for offset in STEPS:
                run.pause(0.2, 0.6)
                run.lots.choice(run.workers).kill()  # it may hold a lease
                run.kills += 1
                of_redis.set(offset)
                run.mend()
        run.drained()

        report("clock of Redis steps", run, run.verdict([library]))
        assert abs(run.client.time()[0] - time.time() - STEPS[-1]) < 60


def _minutes_ahead(given: FalseClock) -> int:
    program = [sys.executable, "-c", "import time; print(time.time())"]
    said = subprocess.run(
        program, env=os.environ | given.environment, capture_output=True, check=True
    )
    return round((float(said.stdout) - time.time()) / 60)
