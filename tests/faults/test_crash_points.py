"""A worker dies, or its connection does, before and after each step on the way of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from typing import get_args

import pytest

from tests.faults.proxy import Act, Call, Proxy
from tests.faults.seeds import seeds
from tests.faults.traps import (
    SEEN_BY_THEIR_ANSWERS,
    STEPS,
    Moment,
    Trap,
    cut,
    cut_in_half,
    kill_process,
    kill_worker,
)
from tests.faults.workload import entries_of
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.scripts import ScriptName

EVENTS, MEMBERS, LANES = 14, 3, 3
AT_ONCE = 5
STEPS_MIN = 20
"""A way with fewer would not be the whole: ring, send, receive, route, drain two lanes."""

pytestmark = pytest.mark.timeout(600)

KILLS = (kill_worker, kill_process)
CUTS = (("before", cut), ("after", cut), ("after", cut_in_half))
OFF_THE_WAY = {
    *("agree", "present", "rights"),  # said once a second, whatever comes
    # Of commands and of the exporter:
    *("accept", "add_commands", "discard", "redrive", "restore", "survey"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedRedis]:
    """One Redis for all steps; each has its own prefix in it."""
    with embedded_redis() as server:
        yield server


@pytest.fixture
def one_step(server, start_run, report, library, tmp_path_factory):
    """Sends a few events through a worker on which a trap is set; says whether it fired."""

    def run_it(fault: str, seed: int, step: int, moment: Moment, fire: Callable[[Call], Act]):
        trap = Trap(moment, step, fire)
        name = f"{fault.split(maxsplit=1)[0]}-{moment}-{fire.__name__}-{seed}-{step}"
        proxy = Proxy(server.socket_path, server.folder / name, trap)
        with (
            proxy.running(),
            start_run(seed, server, proxy.url, prefix=name, lanes=LANES, lease_seconds=0.5) as run,
        ):
            run.start_workers(1)
            trap.set()
            run.send(entries_of(seed, EVENTS, MEMBERS))
            run.drained()
            run.kills += trap.fired.is_set()
            report(fault, run, run.verdict([library]))
        return trap.fired.is_set()

    return run_it


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_may_die_at_every_step(seed, moment, one_step):
    kill = KILLS[seed % len(KILLS)]
    steps = _all(lambda step: one_step(f"crash {moment} step n", seed, step, moment, kill))

    assert steps >= STEPS_MIN


@pytest.mark.parametrize("seed", seeds(1))
def test_a_connection_may_be_cut_at_every_step(seed, one_step):
    def cut_at(step: int) -> bool:
        return one_step("connection cut at step n", seed, step, *CUTS[(step + seed) % len(CUTS)])

    assert _all(cut_at) >= STEPS_MIN


def test_every_script_is_a_step_or_known_to_be_off_the_way():
    assert set(get_args(ScriptName)) == OFF_THE_WAY | (STEPS | SEEN_BY_THEIR_ANSWERS) & set(
        get_args(ScriptName)
    )


def _all(try_step: Callable[[int], bool]) -> int:
    """Tries step after step, some at once, until the way is at its end; how long it was."""
    steps = count(1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: set[Future[bool]] = set()
        fired = 0
        is_at_the_end = False
        while running or not is_at_the_end:
            while len(running) < AT_ONCE and not is_at_the_end:
                running.add(pool.submit(try_step, next(steps)))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            results = [each.result() for each in done]
            fired += sum(results)
            is_at_the_end |= not all(results)
    return fired
