"""Runs the parts of the benchmark one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from rules.library_model import Library
from worker.bench.kernel import growth, lines_a_second
from worker.bench.latency import LOW_RATE, latencies
from worker.bench.machine import machine, versions
from worker.bench.memory import memory
from worker.bench.report import BenchReport
from worker.bench.startup import startup
from worker.bench.throughput import CONTENDERS, rate_max, throughput
from worker.bench.trace_cost import tracing
from worker.terminal.progress import Watcher


class Extent(NamedTuple):
    """How much is measured."""

    rounds: int
    events: int
    """Per round, for contenders that take batches."""
    seconds: float
    """How long latency is measured at each rate."""


def run(library: Library, parts: Collection[str], extent: Extent, watcher: Watcher) -> BenchReport:
    """
    Measures the requested parts; everything it starts ends with it.

    Raises `NotStarted`, `NoServerBinary` and `EmbeddedRedisFailed`.
    """
    began_at = time.perf_counter()
    report = BenchReport(
        machine=machine(),
        versions=versions(),
        library=library.digest,
        rounds=extent.rounds,
        events=extent.events,
    )
    for part, measure in _PARTS.items():
        if part in parts:
            measure(report, library, extent, watcher)
    report.seconds = round(time.perf_counter() - began_at, 1)
    return report


def _throughput(report: BenchReport, library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("events a second", extent.rounds * len(CONTENDERS))
    report.throughput = throughput(library, extent.rounds, extent.events, lambda: tell(1))


def _kernel(report: BenchReport, library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("deciding alone", extent.rounds + 1)
    report.kernel = lines_a_second(library, extent.rounds, lambda: tell(1))
    report.growth = growth(library)
    tell(1)


def _latency(report: BenchReport, library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("latency", 2)
    known = report.throughput
    most = known.rates["ours_2"].median if known else rate_max(library, extent.events)
    report.latency = latencies((LOW_RATE, most / 2), extent.seconds, lambda: tell(1))


def _memory(report: BenchReport, library: Library, _extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("memory", 1)
    report.memory = memory(library)
    tell(1)


def _startup(report: BenchReport, _library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("starting", extent.rounds)
    report.startup = startup(extent.rounds, lambda: tell(1))


def _tracing(report: BenchReport, library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("traces and spans", extent.rounds)
    report.tracing = tracing(library, extent.rounds, extent.events, lambda: tell(1))


_Measure = Callable[[BenchReport, Library, Extent, Watcher], None]
_PARTS: Final[Mapping[str, _Measure]] = {
    "throughput": _throughput,
    "kernel": _kernel,
    "latency": _latency,
    "memory": _memory,
    "startup": _startup,
    "tracing": _tracing,
}

PARTS: Final = tuple(_PARTS)
"""The parts, in this order: latency needs the throughput."""
