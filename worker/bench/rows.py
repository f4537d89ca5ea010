"""A row of the table of results: a number with its spread, beside what is wanted."""

from __future__ import annotations

from typing import NamedTuple

from worker.bench.spread import Spread


class ResultRow(NamedTuple):
    """A number as it is shown."""

    what: str
    unit: str
    median: str
    spread: str = ""
    wanted: str = ""


def row_of(
    what: str,
    unit: str,
    spread: Spread,
    digits: int,
    *,
    at_least: float | None = None,
    under: float | None = None,
) -> ResultRow:
    """Returns the row of a spread; `at_least` and `under` say what its median should be."""
    low, high = f"{spread.low:,.{digits}f}", f"{spread.high:,.{digits}f}"
    target = wanted(spread.median, at_least=at_least, under=under)
    return ResultRow(what, unit, f"{spread.median:,.{digits}f}", f"{low} to {high}", target)


def wanted(found: float, *, at_least: float | None = None, under: float | None = None) -> str:
    """Says what is wanted of a number, and whether it is so."""
    if at_least is not None:
        return f"at least {at_least:,g}: {_reached(found >= at_least)}"
    if under is not None:
        return f"under {under:,g}: {_reached(found < under)}"
    return ""


def _reached(is_reached: bool) -> str:
    return "reached" if is_reached else "NOT REACHED"
