"""A process stands still for longer than its lease while it holds a batch; another takes over."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.faults.proxy import Act, Call, Meddler, Proxy
from tests.faults.seeds import seeds
from tests.faults.workers import send_signal
from tests.faults.workload import entries_of
from tests.support.processes import eventually
from worker.metrics.counters import FENCED_COMMITS
from worker.sandbox.redis_server import embedded_redis

EVENTS = 60
SECONDS = 3


class StopsAtLoad(Meddler):
    """Stops the first process that has loaded members and is about to decide."""

    def __init__(self) -> None:
        self.stopped: list[int] = []

    def answer(self, call: Call, answer: bytes) -> Act:
        del answer
        if call.name == "load" and not self.stopped:
            os.kill(call.pid, signal.SIGSTOP)
            self.stopped.append(call.pid)
        return Act.PASS


@pytest.mark.parametrize("seed", seeds(1))
def test_a_commit_after_the_lease_has_run_out_writes_nothing(
    seed, start_run, report, library, tmp_path
):
    stops = StopsAtLoad()
    with (
        embedded_redis() as server,
        Proxy(server.socket_path, server.folder / "proxy", stops).running() as proxy,
        start_run(
            seed, server, proxy.url, broker_url=server.url, lanes=1, lease_seconds=0.5
        ) as run,
    ):
        run.start_workers(2, size=1)
        run.send(entries_of(seed, EVENTS))
        assert eventually(lambda: stops.stopped)
        run.drained()
        os.kill(stops.stopped[0], signal.SIGCONT)
        fenced = eventually(lambda: run.client.hget(run.keys.counters, FENCED_COMMITS) is not None)

        report("SIGSTOP past the lease", run, run.verdict([library]))
        assert fenced


@pytest.mark.parametrize("seed", seeds(1))
def test_processes_that_stand_still_now_and_then_double_nothing(seed, start_run, report, library):
    with start_run(seed, lease_seconds=0.5) as run:
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, 10 * EVENTS), SECONDS) as producer:
            while producer.is_alive():
                children = [pid for worker in run.workers for pid in worker.children()]
                stopped = run.lots.sample(children, min(2, len(children)))
                for pid in stopped:
                    send_signal(pid, signal.SIGSTOP)
                time.sleep(run.lots.uniform(0.2, 1.2))
                for pid in stopped:
                    send_signal(pid, signal.SIGCONT)
                run.pause(0.05, 0.2)
        run.drained()

        report("SIGSTOP of pool children", run, run.verdict([library]))
