"""A sweep as one table with a row per library, for a terminal, a CSV file and a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rules.determination import ParameterValue
from worker.determinations.data import DataView
from worker.terminal.table import FittingTable
from worker.whatif.plot import Panel, Series, axis_of, picture
from worker.whatif.result import balance_of
from worker.whatif.sweep import said

_COUNTED = {
    "MRS approved": ("mrs", "approved"),
    "MRS pended": ("mrs", "pended"),
    "MRS denied": ("mrs", "denied"),
    "PET pended": ("pet", "pended"),
    "PET denied": ("pet", "denied"),
}


class SweepRow(NamedTuple):
    """One library of a sweep."""

    values: Mapping[str, ParameterValue]
    report: DataView

    @property
    def label(self) -> str:
        """The values in short, in the order they were typed."""
        return " / ".join(map(said, self.values.values()))


def sweep_data(row: SweepRow) -> dict[str, Any]:
    """Returns one row as JSON data."""
    return {"values": dict(row.values), **row.report}


def sweep_table(rows: Sequence[SweepRow]) -> FittingTable:
    """Returns the rows for a terminal; the first is the library in use."""
    headings = ("flipped", "first order", "cascaded", *_COUNTED, "MRS charges approved", "change")
    table = FittingTable("value", *headings, title=" / ".join(rows[0].values), right=headings)
    in_use = rows[0].report
    table.add_row("in use", "", "", "", *_counts(in_use, "before"), _approved(in_use, "before"), "")
    for row in rows:
        flips = row.report["flips"]
        table.add_row(
            row.label,
            *(f"{flips[name]:,}" for name in ("lines", "first_order", "cascaded")),
            *_counts(row.report, "after"),
            _approved(row.report, "after"),
            f"{_charge(row.report, 'after') - _charge(row.report, 'before'):+,}",
        )
    return table


def sweep_csv(rows: Sequence[SweepRow]) -> str:
    """Returns the rows as CSV; the first row is the library in use."""
    names = list(rows[0].values)
    counts = [name.lower().replace(" ", "_") for name in _COUNTED]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(
        [
            *("library", *names, "digest", "flips", "first_order", "cascaded"),
            *("favourable_lines", "favourable_charge", "adverse_lines", "adverse_charge"),
            *(*counts, "mrs_approved_charge"),
        ]
    )
    in_use = rows[0].report
    writer.writerow(
        [
            *("in use", *("" for _ in names), in_use["in_use"]["digest"], 0, 0, 0),
            *(0, "0", 0, "0"),
            *_plain(in_use, "before"),
        ]
    )
    for row in rows:
        flips = row.report["flips"]
        better, worse = flips["favourable"], flips["adverse"]
        writer.writerow(
            [
                *("tried", *map(said, row.values.values()), row.report["tried"]["digest"]),
                *(flips["lines"], flips["first_order"], flips["cascaded"]),
                *(better["lines"], better["charge"], worse["lines"], worse["charge"]),
                *_plain(row.report, "after"),
            ]
        )
    return written.getvalue()


def sweep_picture(rows: Sequence[SweepRow]) -> str:
    """Returns the rows as an SVG picture; numbers increase from left to right."""
    rows = sorted(rows, key=_by_number)
    axis = axis_of(" / ".join(rows[0].values), [row.label for row in rows])
    counted = [
        Series(name, [balance_of(row.report, *of, "after")["lines"] for row in rows])
        for name, of in _COUNTED.items()
    ]
    flips = [
        Series(name, [row.report["flips"][field] for row in rows])
        for name, field in (("by itself", "first_order"), ("cascaded", "cascaded"))
    ]
    return picture(
        f"Effect of {axis.title}",
        axis,
        [Panel("Lines by outcome", counted), Panel("Lines that flip", flips)],
    )


def _by_number(row: SweepRow) -> float:
    """Sorts by a single swept number; other rows keep the order in which they were typed."""
    value = next(iter(row.values.values()))
    is_number = isinstance(value, int) and not isinstance(value, bool) and len(row.values) == 1
    return float(row.label) if is_number else 0.0


def _counts(report: DataView, side: str) -> list[str]:
    return [f"{balance_of(report, *of, side)['lines']:,}" for of in _COUNTED.values()]


def _plain(report: DataView, side: str) -> list[object]:
    counts = [balance_of(report, *of, side)["lines"] for of in _COUNTED.values()]
    return [*counts, balance_of(report, "mrs", "approved", side)["charge"]]


def _charge(report: DataView, side: str) -> Decimal:
    return Decimal(balance_of(report, "mrs", "approved", side)["charge"])


def _approved(report: DataView, side: str) -> str:
    return f"{_charge(report, side):,}"
