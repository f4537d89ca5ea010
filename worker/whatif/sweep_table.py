"""A sweep as one table with a row per library, for a terminal, a CSV file and a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rules.determination import ParameterValue
from rules.library_model import Library
from rules.policy_version import Policy, service_word
from worker.determinations.data import DataView
from worker.terminal.table import FittingTable
from worker.whatif.flips import PolicyService
from worker.whatif.plot import Panel, Series, axis_of, picture
from worker.whatif.result import balance_of
from worker.whatif.sweep import said

_OF_WATCHED = ("pended", "denied")
"""Nobody approves a line that is only watched."""


class CountedLines(NamedTuple):
    """A column of a sweep: the lines of a service of a policy with an outcome."""

    word: str
    """How people read the service."""
    of: PolicyService
    outcome: str

    @property
    def label(self) -> str:
        """The heading of the column."""
        return f"{self.word} {self.outcome}"


def counted_lines(library: Library, policies: Collection[str]) -> tuple[CountedLines, ...]:
    """Returns the columns for some policies; of several, each word says of which."""
    return tuple(
        CountedLines(_word(policy, service, policies), place, outcome)
        for policy in library.policies
        if policy.policy_id in policies
        for service in policy.services[:-1]
        for place in (PolicyService(policy.policy_id, service),)
        for outcome in ("approved", *_OF_WATCHED)
        if outcome in _OF_WATCHED or service == policy.services[0]
    )


def _word(policy: Policy, service: str, policies: Collection[str]) -> str:
    word = service_word(service)
    return word if len(policies) == 1 else f"{policy.policy_id} {word}"


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


def sweep_title(policies: Mapping[str, str], library: Library) -> str:
    """Returns the names of the parameters; where a library has several policies, with whose."""
    if len(library.policies) == 1:
        return " / ".join(policies)
    return " / ".join(f"{name} of {policy}" for name, policy in policies.items())


def sweep_table(
    title: str, rows: Sequence[SweepRow], columns: Sequence[CountedLines]
) -> FittingTable:
    """Returns the rows for a terminal; the first is the library in use."""
    charged = [f"{each.word} charges approved" for each in _approved(columns)]
    headings = (
        *("flipped", "first order", "cascaded"),
        *(each.label for each in columns),
        *charged,
        "change",
    )
    table = FittingTable("value", *headings, title=title, right=headings)
    in_use = rows[0].report
    table.add_row("in use", "", "", "", *_shown(in_use, columns, "before"), "")
    before = sum(_charges(in_use, columns, "before"))
    for row in rows:
        flips = row.report["flips"]
        table.add_row(
            row.label,
            *(f"{flips[name]:,}" for name in ("lines", "first_order", "cascaded")),
            *_shown(row.report, columns, "after"),
            f"{sum(_charges(row.report, columns, 'after')) - before:+,}",
        )
    return table


def sweep_csv(rows: Sequence[SweepRow], columns: Sequence[CountedLines]) -> str:
    """Returns the rows as CSV; the first row is the library in use."""
    names = list(rows[0].values)
    counts = [_in_csv(each.label) for each in columns]
    charges = [_in_csv(f"{each.label} charge") for each in _approved(columns)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(
        [
            *("library", *names, "digest", "flips", "first_order", "cascaded"),
            *("favourable_lines", "favourable_charge", "adverse_lines", "adverse_charge"),
            *(*counts, *charges),
        ]
    )
    in_use = rows[0].report
    writer.writerow(
        [
            *("in use", *("" for _ in names), in_use["in_use"]["digest"], 0, 0, 0),
            *(0, "0", 0, "0"),
            *_plain(in_use, columns, "before"),
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
                *_plain(row.report, columns, "after"),
            ]
        )
    return written.getvalue()


def sweep_picture(title: str, rows: Sequence[SweepRow], columns: Sequence[CountedLines]) -> str:
    """Returns the rows as an SVG picture; numbers increase from left to right."""
    rows = sorted(rows, key=_by_number)
    axis = axis_of(title, [row.label for row in rows])
    counted = [
        Series(each.label, [_lines(row.report, each, "after") for row in rows]) for each in columns
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


def _approved(columns: Sequence[CountedLines]) -> list[CountedLines]:
    """Returns the columns of which charges are told."""
    return [each for each in columns if each.outcome == "approved"]


def _in_csv(label: str) -> str:
    return label.lower().replace(" ", "_")


def _shown(report: DataView, columns: Sequence[CountedLines], side: str) -> list[str]:
    """Returns lines, then charges, for people."""
    return [f"{number:,}" for number in _numbers(report, columns, side)]


def _plain(report: DataView, columns: Sequence[CountedLines], side: str) -> list[object]:
    return [str(number) for number in _numbers(report, columns, side)]


def _numbers(report: DataView, columns: Sequence[CountedLines], side: str) -> list[int | Decimal]:
    lines = [_lines(report, each, side) for each in columns]
    return [*lines, *_charges(report, columns, side)]


def _lines(report: DataView, column: CountedLines, side: str) -> int:
    lines: int = balance_of(report, column.of, column.outcome, side)["lines"]
    return lines


def _charges(report: DataView, columns: Sequence[CountedLines], side: str) -> list[Decimal]:
    return [
        Decimal(balance_of(report, each.of, each.outcome, side)["charge"])
        for each in _approved(columns)
    ]
