"""The table of faults: what was run and what was found, also in logs, over all runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.faults.verdict import Verdict
from tests.security.searched import Search

FAULT = "fault"
"""Name of the property by which a test reports a run."""

TAKEN = "taken"
"""Name of the property by which a test reports what a failover took."""

_COUNTS = ("runs", "events", "kills", "lost", "doubled", "wrong")


def row(
    fault: str, events: int, kills: int, verdict: Verdict, searched: Search
) -> Mapping[str, Any]:
    """What one run adds to the table, and to the line on logs under it."""
    return {
        FAULT: fault,
        "runs": 1,
        "events": events,
        "kills": kills,
        **{name: len(found) for name, found in verdict.findings().items()},
        "logs": {
            "bytes": searched.searched_bytes,
            "finds": len(searched.finds),
            "needles": dict(searched.needles),
        },
    }


def table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the table, a fault a line, its totals, and what was found in logs."""
    rows = list(rows)
    by_fault: dict[str, Counter[str]] = {}
    for one in rows:
        counts = by_fault.setdefault(one[FAULT], Counter())
        counts.update({name: one[name] for name in _COUNTS})
    width = max(map(len, by_fault), default=0)
    yield _line("fault", _COUNTS, width)
    totals: Counter[str] = Counter()
    for fault, counts in sorted(by_fault.items()):
        yield _line(fault, (counts[name] for name in _COUNTS), width)
        totals.update(counts)
    yield _line("all", (totals[name] for name in _COUNTS), width)
    yield ""
    yield _of_logs([one["logs"] for one in rows])


def taken_in_words(found: Iterable[Mapping[str, int]]) -> Iterator[str]:
    """What failovers took that nobody had asked to wait for replicas, over all runs."""
    found = list(found)
    if found:
        sums: Counter[str] = Counter()
        for one in found:
            sums.update(one)
        yield (
            f"failovers before replication: {len(found)}; of {sums['acknowledged']} events that "
            f"the master alone acknowledged {sums['events']} were taken, of "
            f"{sums['published']} determinations {sums['determinations']}"
        )


def _of_logs(logs: Sequence[Mapping[str, Any]]) -> str:
    needles: Counter[str] = Counter()
    for one in logs:
        needles.update(one["needles"])
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(needles.items()))
    searched, finds = (sum(one[name] for one in logs) for name in ("bytes", "finds"))
    return f"logs of the workers: {searched} bytes searched for {kinds}: {finds} finds"


def _line(name: str, values: Iterable[object], width: int) -> str:
    return f"{name:<{width}}" + "".join(f"{value!s:>9}" for value in values)
