"""The report as tables in a terminal, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from worker.determinations.data import DataView
from worker.report.figures import COUNTS
from worker.report.suppression import TOTAL
from worker.terminal.table import FittingTable

HIDDEN: Final = "*"
"""Stands for a count that is not shown."""

TITLES: Final[Mapping[str, str]] = {
    "service": "By service",
    "plan": "By plan",
    "line_of_business": "By line of business",
    "state": "By state of the plan",
    "reason": "By reason of the present determination",
    "quarter": "By quarter in which the claim was received",
    "policy": "By policy",
}
HEADINGS: Final[Mapping[str, str]] = {
    "received": "received",
    "approved": "approved",
    "denied_by_rules": "denied by rules",
    "denied_by_person": "denied by a person",
    "pended": "pended",
    "not_applicable": "not applicable",
    "overturned_on_review": "overturned on review",
    "upheld_on_review": "upheld on review",
    "overturned_on_appeal": "overturned on appeal",
    "upheld_on_appeal": "upheld on appeal",
}
SHARE_HEADINGS: Final[Mapping[str, str]] = {
    "denied": "denied of all decided",
    "overturned_on_review": "overturned of all reviewed",
    "overturned_on_appeal": "overturned of all appealed",
}


def show(view: DataView) -> Iterator[RenderableType]:
    """Shows everything that was counted."""
    yield from map(Text, notes(view))
    yield _table("", [view["total"]])
    for dimension, rows in view["by"].items():
        yield Text()
        yield _table(dimension, rows)


def notes(view: DataView) -> Iterator[str]:
    """What a reader has to know of the figures."""
    service = "all services" if view["service"] == "all" else f"service {view['service']}"
    only = "".join(
        f", only {name.replace('_', ' ')} {group}" for name, group in view["only"].items()
    )
    policy = "" if view["policy"] is None else f", policy {view['policy']}"
    yield f"Claim lines, {service}{policy}{only}. Library of generation {view['generation']}."
    yield f"Shares with {view['interval']}. Days are from receipt to the first approval or denial."
    if view["threshold"] > 1:
        yield (
            f"{HIDDEN} is not shown: a count below {view['threshold']}, or one that would give it "
            "away."
        )
    if view["agrees_with_counters"] is not None:
        yield (
            "The counters say the same."
            if view["agrees_with_counters"]
            else "The counters say otherwise: `adjudicator audit verify` finds out which is right."
        )
    for name, words in _GAPS.items():
        if view[name]:
            yield words


_GAPS: Final[Mapping[str, str]] = {
    "unreadable": "Some of what was read is no determination.",
    "without_claim": "Some lines are of unknown claims: no plan, no state, no day of receipt.",
    "without_history": "Of some lines earlier determinations are missing: no days, no reviews.",
}
"""No numbers: they would give away what is hidden in the tables."""


def share_words(share: Mapping[str, float] | None) -> str:
    """A share with its bounds, in per cent."""
    if share is None:
        return ""
    return f"{share['share']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def days_words(days: Mapping[str, float] | None) -> str:
    """The days in short."""
    if days is None:
        return ""
    return f"median {days['median']:g}, mean {days['mean']:g}"


def count_words(row: Mapping[str, Any], count: str) -> str:
    """A count, or what stands for one that is not shown."""
    return HIDDEN if count in row["hidden"] else f"{row[count]:,}"


def report_csv(view: DataView) -> str:
    """
    One row for each group of each dimension, the total first.

    A count that is not shown is `*`; what is not known is empty.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    bounds = ("share", "low", "high")
    writer.writerow(
        [
            *("dimension", "group", *COUNTS),
            *(f"{name}_{bound}" for name in SHARE_HEADINGS for bound in bounds),
            *("days_lines", "days_mean", "days_median"),
        ]
    )
    for dimension, row in _rows(view):
        shares = (row["shares"][name] or {} for name in SHARE_HEADINGS)
        days = row["days"] or {}
        writer.writerow(
            [
                *(dimension, row["group"]),
                *(HIDDEN if count in row["hidden"] else row[count] for count in COUNTS),
                *(share.get(bound, "") for share in shares for bound in bounds),
                *(days.get(name, "") for name in ("lines", "mean", "median")),
            ]
        )
    return written.getvalue()


def _rows(view: DataView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield TOTAL, view["total"]
    for dimension, rows in view["by"].items():
        for row in rows:
            yield dimension, row


def _table(dimension: str, rows: Sequence[Mapping[str, Any]]) -> FittingTable:
    """One table; what is 0 or empty in all rows has no column."""
    counts = [name for name in HEADINGS if any(row[name] != 0 for row in rows)]
    shares = [name for name in SHARE_HEADINGS if any(row["shares"][name] for row in rows)]
    is_timed = any(row["days"] for row in rows)
    numbers = [HEADINGS[name] for name in counts]
    table = FittingTable(
        dimension.replace("_", " ") or "all",
        *numbers,
        *(["days"] if is_timed else []),
        *(SHARE_HEADINGS[name] for name in shares),
        title=TITLES.get(dimension, "All lines"),
        right=numbers,
    )
    for row in rows:
        table.add_row(
            row["group"] or "all lines",
            *(count_words(row, name) for name in counts),
            *([days_words(row["days"])] if is_timed else []),
            *(share_words(row["shares"][name]) for name in shares),
        )
    return table
