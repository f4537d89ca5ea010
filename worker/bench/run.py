"""Runs the parts of the benchmark one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from rules.library_model import Library
from worker.bench.comparison import compare_forms
from worker.bench.extent import Extent
from worker.bench.forms import program_forms
from worker.bench.kernel import growth, lines_a_second
from worker.bench.latency import LOW_RATE, latencies
from worker.bench.machine import machine, versions
from worker.bench.memory import memory
from worker.bench.policies import rates_by_policy
from worker.bench.report import BenchReport
from worker.bench.shard_cost import SHARDS, shard_costs
from worker.bench.startup import startup
from worker.bench.throughput import CONTENDERS, rate_max, throughput
from worker.bench.trace_cost import tracing
from worker.terminal.progress import Watcher


class Wheels(NamedTuple):
    """Wheels to compare with."""

    compiled: Path | None = None
    """This program with its rules compiled."""
    against: Path | None = None
    """Another release."""


NO_WHEELS: Final = Wheels()


def run(
    library: Library,
    parts: Collection[str],
    extent: Extent,
    watcher: Watcher,
    wheels: Wheels = NO_WHEELS,
    of_policies: Library | None = None,
) -> BenchReport:
    """
    Measures the requested parts; everything it starts ends with it.

    `of_policies`: the library whose policies are measured, if it is another.

    Raises `NotStarted`, `NoServerBinary`, `EmbeddedRedisFailed` and `NotAWheel`.
    """
    began_at = time.perf_counter()
    report = BenchReport(
        machine=machine(),
        versions=versions(),
        library=library.digest,
        rounds=extent.rounds,
        events=extent.events,
    )
    with program_forms(*wheels) as forms:
        for part, measure in _PARTS.items():
            if part in parts:
                measure(report, library, extent, watcher)
        if POLICIES in parts:
            tell = watcher.begin("deciding by policy", extent.rounds)
            measured = of_policies or library
            report.policies = rates_by_policy(measured, extent.rounds, lambda: tell(1))
        if COMPARISON in parts:
            tell = watcher.begin("forms of the program", extent.rounds * len(forms))
            report.comparison = compare_forms(forms, library, extent, lambda: tell(1))
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


def _shards(report: BenchReport, _library: Library, extent: Extent, watcher: Watcher) -> None:
    tell = watcher.begin("shards", extent.rounds * len(SHARDS))
    report.shards = shard_costs(extent.rounds, extent.events, lambda: tell(1))


_Measure = Callable[[BenchReport, Library, Extent, Watcher], None]
_PARTS: Final[Mapping[str, _Measure]] = {
    "throughput": _throughput,
    "kernel": _kernel,
    "latency": _latency,
    "memory": _memory,
    "startup": _startup,
    "tracing": _tracing,
    "shards": _shards,
}

POLICIES: Final = "policies"
"""The part that may be measured with another library."""

COMPARISON: Final = "comparison"
"""The part that takes the wheels; it has its own processes for everything."""

PARTS: Final = (*_PARTS, POLICIES, COMPARISON)
"""The parts, in this order: latency needs the throughput."""
