"""Shows the results of a benchmark run in the terminal, beside their targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from worker.bench.comparison_rows import (
    LATENCY_MILLISECONDS_MAX,
    MEMBER_BYTES_MAX,
    comparison_rows,
)
from worker.bench.kernel import JUDGED
from worker.bench.latency import LOW_RATE
from worker.bench.members import CLAIMS, STUDIES
from worker.bench.report import BenchReport
from worker.bench.rows import ResultRow, row_of, wanted
from worker.bench.shard_cost_rows import shard_rows
from worker.bench.spread import Spread
from worker.terminal.table import FittingTable

RATIOS_MIN: Final = {
    "ours_2_to_peer": 30.0,
    "ours_2_to_peer_without_persistence": 20.0,
    "ours_2_to_floor": 0.5,
}
KERNEL_MIN: Final = 25_000
DECIDE_SECONDS_MAX: Final = 0.5

_NAMES: Final = {
    "peer": "peer: one Celery task per claim",
    "floor": "floor: a plain loop",
    "ours_1": "ours, 1 process",
    "ours_2": "ours, 2 processes",
    "floor_one_at_a_time": "floor, one event at a time",
    "peer_without_persistence": "peer, Redis without persistence",
    "ours_2_without_persistence": "ours (2), Redis without persistence",
    "ours_2_to_peer": "ours (2) to peer",
    "ours_2_to_peer_without_persistence": "ours (2) to peer, both without persistence",
    "ours_2_to_floor": "ours (2) to floor",
    "ours_2_to_ours_1": "ours (2) to ours (1)",
}
_TRACING: Final = {
    "off": "spans off, events without traces",
    "off_traced": "spans off, each event with a trace",
    "on": "spans on, events without traces",
    "on_traced": "spans on, each event with a trace",
}


def table_of(report: BenchReport) -> FittingTable:
    """Returns all numbers, one per row."""
    table = FittingTable(
        *("what", "in", "median", "low to high", "wanted"),
        title="Results",
        prose=("what",),
        right=("median", "low to high"),
    )
    sections = (
        *(_throughput, _kernel, _policies, _latency, _memory, _startup, _tracing),
        *(shard_rows, _comparison),
    )
    for section in sections:
        for row in section(report):
            table.add_row(*row)
    return table


def _throughput(report: BenchReport) -> Iterator[ResultRow]:
    if report.throughput is None:
        return
    for name, rate in report.throughput.rates.items():
        yield row_of(_NAMES[name], "events/s", rate, 0)
    for name, ratio in report.throughput.ratios.items():
        yield row_of(_NAMES[name], "times", ratio, 2, at_least=RATIOS_MIN.get(name))


def _kernel(report: BenchReport) -> Iterator[ResultRow]:
    for name, rate in (report.kernel or {}).items():
        is_judged = name == JUDGED
        studies = f"{STUDIES} studies" if is_judged else f"{name} more studies"
        what = f"deciding alone: {CLAIMS} claims, {studies}"
        yield row_of(what, "lines/s", rate, 0, at_least=KERNEL_MIN if is_judged else None)
    for events, seconds in (report.growth or {}).items():
        yield row_of(f"deciding alone: all {events} events of a member", "s", seconds, 4)


def _policies(report: BenchReport) -> Iterator[ResultRow]:
    for policy_id, found in (report.policies or {}).items():
        what = f"deciding alone: lines of {policy_id}"
        yield row_of(what, "lines/s", found.lines_a_second, 0)
        if found.to_first.high != 1:  # the first policy's own is always 1
            yield row_of(f"{what}, to the first policy's", "times", found.to_first, 2)


def _latency(report: BenchReport) -> Iterator[ResultRow]:
    for rate, found in (report.latency or {}).items():
        most = LATENCY_MILLISECONDS_MAX if rate == str(LOW_RATE) else None
        sent = f"{found.sent_a_second:,.0f}/s reached"
        yield ResultRow(f"latency, {rate} events/s: p50", "ms", f"{found.p50 * 1000:.1f}", sent)
        p99 = found.p99 * 1000
        yield ResultRow(
            f"latency, {rate} events/s: p99", "ms", f"{p99:.1f}", wanted=wanted(p99, under=most)
        )


def _memory(report: BenchReport) -> Iterator[ResultRow]:
    found = report.memory
    if found is None:
        return
    yield ResultRow(
        f"Redis: a member with {CLAIMS} claims, {STUDIES} studies",
        "bytes",
        f"{found.bytes_a_member:,}",
        wanted=wanted(found.bytes_a_member, under=MEMBER_BYTES_MAX),
    )
    for kind, size in found.parts.items():
        yield ResultRow(f"  of it: {kind}", "bytes", f"{size:,}")
    for name, process in (("deciding", found.child), ("main", found.main_process)):
        if process is not None:
            own = f"{process.unique_bytes:,} its own"
            yield ResultRow(f"worker, {name} process", "bytes", f"{process.resident_bytes:,}", own)


def _startup(report: BenchReport) -> Iterator[ResultRow]:
    for name, seconds in (report.startup or {}).items():
        if name == "decide":
            what = "start: `decide` on an empty file"
            yield row_of(what, "s", seconds, 3, under=DECIDE_SECONDS_MAX)
        else:
            yield row_of("start: a worker until it is ready", "s", seconds, 3)


def _tracing(report: BenchReport) -> Iterator[ResultRow]:
    for name, seconds in (report.tracing or {}).items():
        micros = Spread(*(1e6 * each for each in (seconds.median, seconds.low, seconds.high)))
        yield row_of(_TRACING[name], "\N{MICRO SIGN}s/event", micros, 0)


def _comparison(report: BenchReport) -> Iterator[ResultRow]:
    if report.comparison is not None:
        yield from comparison_rows(report.comparison)
