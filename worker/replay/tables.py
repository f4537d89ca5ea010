"""Shows the result of a replay: throughput, outcomes and differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console
from rich.text import Text

from worker.replay.comparison import ScenarioResult
from worker.replay.replay import Replayed
from worker.terminal.console import printable
from worker.terminal.counts import counted
from worker.terminal.styles import STYLES
from worker.terminal.table import FittingTable

_SHOWN_MAX = 50
"""The most differences shown in the terminal; `--json` has them all."""


def show_replay(
    out: Console, results: Sequence[ScenarioResult], skipped: Mapping[str, str], replayed: Replayed
) -> None:
    """Shows the differences, and the number of lines by outcome and reason."""
    differing = [result for result in results if result.differences]
    if differing:
        out.print(_side_by_side(differing))
    if replayed.outcomes:
        out.print(_by_outcome(replayed.outcomes))
    for name, reason in skipped.items():
        out.print(f"Skipped: {printable(name)} ({reason})")
    if replayed.events:
        out.print(
            f"{counted(replayed.events, 'event')} through the queue in {replayed.seconds:.1f} s, "
            f"{replayed.events / replayed.seconds:,.0f} a second; "
            f"{replayed.refused:,} of them refused."
        )
    count = sum(len(result.differences) for result in results)
    out.print(
        f"{len(results)} replayed, {len(results) - len(differing)} as expected and as `decide` "
        f"says; {counted(count, 'difference')}, {len(skipped)} skipped."
    )


def _by_outcome(outcomes: Counter[tuple[str, str]]) -> FittingTable:
    table = FittingTable("outcome", "reason", "lines", title="What came out", right=("lines",))
    for (outcome, reason), lines in sorted(
        outcomes.items(), key=lambda each: (each[0][0], -each[1])
    ):
        style = STYLES.get(outcome, "")
        table.add_row(
            Text(printable(outcome.replace("_", " ")), style), printable(reason), f"{lines:,}"
        )
    return table


def _side_by_side(differing: Sequence[ScenarioResult]) -> FittingTable:
    rows = [(result, one) for result in differing for one in result.differences]
    more = f" (the first {_SHOWN_MAX} of {len(rows)}: see --json)"
    headings = ("scenario", "claim, line", "field", "expected", "queue", "decide")
    table = FittingTable(
        *headings,
        title=f"Differences{more if len(rows) > _SHOWN_MAX else ''}",
        prose=("scenario", "expected", "queue", "decide"),
        later=("expected", "queue", "decide"),
    )
    for result, one in rows[:_SHOWN_MAX]:
        where = "" if one.claim_id is None else f"{one.claim_id}, {one.line}"
        values = [_as_text(value) for value in (one.expected, one.queue, one.decide)]
        cells = [f"{result.name} ({result.order})", where, one.field, *values]
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def _as_text(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
