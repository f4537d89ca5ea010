"""Shows what an event costs with several shards, beside what it costs with one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from worker.bench.report import BenchReport
from worker.bench.rows import ResultRow, row_of
from worker.bench.spread import Spread

FLAT_MAX: Final = 1.10
"""How often the processor time of one shard an event may cost with several."""

_MICROS: Final = "\N{MICRO SIGN}s/event"


def shard_rows(report: BenchReport) -> Iterator[ResultRow]:
    """The rows of each number of shards; that of all processors is held against that of one."""
    found = report.shards or {}
    alone = None
    for count, cost in found.items():
        what = f"{count} shard{'' if count == '1' else 's'} on one Redis"
        yield row_of(f"{what}: worker", _MICROS, _micros(cost.worker), 0)
        yield row_of(f"{what}: Redis", _MICROS, _micros(cost.redis), 0)
        both = cost.worker.median + cost.redis.median
        alone = alone or both
        yield _beside(f"{what}: both, beside {next(iter(found))}", both / alone)
        yield row_of(f"{what}: memory", "bytes/event", cost.memory, 0)
        yield row_of(f"{what}: append-only file", "bytes/event", cost.disk, 0)
        idle = Spread(*(1000 * getattr(cost.idle_worker, name) for name in _NAMES))
        yield row_of(f"{what}: worker without events", "ms/s", idle, 0)


_NAMES: Final = ("median", "low", "high")


def _micros(seconds: Spread) -> Spread:
    return Spread(*(1e6 * getattr(seconds, name) for name in _NAMES))


def _beside(what: str, times: float) -> ResultRow:
    reached = "reached" if times <= FLAT_MAX else "NOT REACHED"
    return ResultRow(what, "times", f"{times:.2f}", wanted=f"at most {FLAT_MAX}: {reached}")
