"""Workers and their children are killed at random moments under load."""

from __future__ import annotations

import signal

import pytest

from tests.faults.seeds import seeds
from tests.faults.workers import send_signal
from tests.faults.workload import entries_of

EVENTS = 500
SECONDS = 2.5


@pytest.mark.parametrize("seed", seeds(1))
def test_workers_killed_with_their_children_lose_and_double_nothing(
    seed, start_run, report, library
):
    with start_run(seed) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.02, 0.3)
                run.lots.choice(run.workers).kill()
                run.kills += 1
                run.mend()
        run.drained()

        report("SIGKILL of workers", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_children_killed_lose_and_double_nothing(seed, start_run, report, library):
    with start_run(seed) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.01, 0.15)
                children = run.lots.choice(run.workers).children()
                if children:
                    run.kills += send_signal(run.lots.choice(children), signal.SIGKILL)
        run.drained()

        report("SIGKILL of pool children", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_parents_killed_while_their_children_work_on_lose_and_double_nothing(
    seed, start_run, report, library
):
    with start_run(seed) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.1, 0.4)
                run.lots.choice(run.workers).kill_parent()
                run.kills += 1
                run.mend()
        run.drained()

        report("SIGKILL of worker parents", run, run.verdict([library]))
