"""What the tests of faults share: workers that start fast, a run with its verdict, the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.faults.run import Run, started
from tests.faults.table import FAULT, row, table
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table of all runs."""
    rows: Sequence[Any] = [
        value
        for reports in terminalreporter.stats.values()
        for one in reports
        for name, value in getattr(one, "user_properties", ())
        if name == FAULT and getattr(one, "when", "") == "call"
    ]
    if rows:
        terminalreporter.section("faults")
        for line in table(rows):
            terminalreporter.write_line(line)
