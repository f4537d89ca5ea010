"""Workers are asked to end, and replaced one after the other, under load."""

from __future__ import annotations

import time

import pytest

from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from worker.metrics import counters as metrics

EVENTS = 500
SECONDS = 3
END_SECONDS_MAX = 60
LEASE_SECONDS = 10
"""So long that a machine with much else to do is no reason for doing something again."""


@pytest.mark.parametrize("seed", seeds(1))
def test_a_warm_stop_leaves_nothing_begun_behind(seed, start_run, report, library):
    with start_run(seed, lease_seconds=LEASE_SECONDS) as run:
        run.start_workers(2, size=2)
        run.send(entries_of(seed, EVENTS))
        began_at = time.monotonic()
        for worker in run.workers:
            worker.ask_to_end()
        for worker in run.workers:
            worker.wait_until_ended()
        seconds = time.monotonic() - began_at
        stopped = run.observe()
        codes = [worker.exit_code for worker in run.workers]
        run.mend()
        run.drained()

        report("SIGTERM", run, run.verdict([library]))
        assert [0, 0] == codes
        assert seconds < END_SECONDS_MAX
        # No lease that must run out, no trial, no take that the next holder must be wary of.
        assert (0, 0, {}) == (stopped.leases, stopped.attempts, stopped.takes)
        assert {} == _done_again(run)


@pytest.mark.parametrize("seed", seeds(1))
def test_a_rolling_restart_does_nothing_again(seed, start_run, report, library):
    with start_run(seed, lease_seconds=LEASE_SECONDS) as run:
        run.start_workers(3, size=1)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            for worker in run.workers:
                worker.ask_to_end()
                worker.wait_until_ended()
                assert 0 == worker.exit_code
                worker.start()
                worker.wait_until_ready()
        run.drained()

        report("rolling restart", run, run.verdict([library]))
        assert {} == _done_again(run)


def _done_again(run) -> dict[str, int]:
    """What was tried again, by the counters."""
    counters = run.observe().survey.counters
    again = (metrics.RETRIES, metrics.FENCED_COMMITS)
    return {field: count for field, count in counters.items() if field.startswith(again)}
