"""Connections between workers and Redis are cut at random under load, or fall silent."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.proxy import Act, Call, Meddler, Proxy
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from worker.sandbox.redis_server import embedded_redis

EVENTS = 500
SECONDS = 3
CUT, SILENCE = 0.01, 0.0005
SILENCES_MAX = 2
"""Each is noticed after the 5 seconds for which an answer is waited for."""


class BadNetwork(Meddler):
    """Drops what it carries, now and then."""

    def __init__(self, seed: int) -> None:
        self.cuts = 0
        self.silences = 0
        self._lots = Random(f"network {seed}")

    def command(self, call: Call) -> Act:
        del call
        return self._cut(Act.CUT)

    def answer(self, call: Call, answer: bytes) -> Act:
        del call, answer
        if self.silences < SILENCES_MAX and self._lots.random() < SILENCE:
            self.silences += 1
            return Act.SILENCE
        return self._cut(self._lots.choice([Act.CUT, Act.HALF]))

    def _cut(self, act: Act) -> Act:
        if self._lots.random() < CUT:
            self.cuts += 1
            return act
        return Act.PASS


@pytest.mark.parametrize("seed", seeds(1))
def test_connections_that_break_and_fall_silent_cost_nothing(seed, start_run, report, library):
    network = BadNetwork(seed)
    with (
        embedded_redis() as server,
        Proxy(server.socket_path, server.folder / "proxy", network).running() as proxy,
        start_run(seed, server, proxy.url, broker_url=server.url) as run,
    ):
        run.start_workers(2, size=2)
        with run.sending(entries_of(seed, EVENTS), SECONDS):
            pass
        run.drained()
        run.kills = network.cuts + network.silences

        report("connections cut and silent", run, run.verdict([library]))
        assert network.cuts > 0
