"""The table of faults: what was run and what was found, over all runs of the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.faults.verdict import Verdict

FAULT = "fault"
"""Name of the property by which a test reports a run."""

_COUNTS = ("runs", "events", "kills", "lost", "doubled", "wrong")


def row(fault: str, events: int, kills: int, verdict: Verdict) -> Mapping[str, Any]:
    """What one run adds to the table."""
    counts = {name: len(found) for name, found in verdict.findings().items()}
    return {FAULT: fault, "runs": 1, "events": events, "kills": kills, **counts}


def table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the table, a fault a line, and its totals."""
    by_fault: dict[str, Counter[str]] = {}
    for one in rows:
        counts = by_fault.setdefault(one[FAULT], Counter())
        counts.update({name: one[name] for name in _COUNTS})
    width = max(map(len, by_fault), default=0)
    yield _line("fault", _COUNTS, width)
    totals: Counter[str] = Counter()
    for fault, counts in by_fault.items():
        yield _line(fault, (counts[name] for name in _COUNTS), width)
        totals.update(counts)
    yield _line("all", (totals[name] for name in _COUNTS), width)


def _line(name: str, values: Iterable[object], width: int) -> str:
    return f"{name:<{width}}" + "".join(f"{value!s:>9}" for value in values)
