"""Says what is a code, and what is a remittance code in force: the slow and simple half of it."""

from __future__ import annotations

import csv
import string
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parents[2] / "rules/library/code_sets/carc_rarc.csv"
_ALPHANUMERIC = set(string.ascii_letters + string.digits)


def in_force(code: Any, kind: str, day: str) -> bool:
    """Whether the shipped table has it on a day."""
    if not isinstance(code, str) or not code.isascii():
        return False
    rows = [row for row in _table() if (row["adj_code"], row["adj_type"]) == (_bare(code), kind)]
    return any(
        row["adj_start_date"] <= day and (not row["adj_end_date"] or day < row["adj_end_date"])
        for row in rows
    )


@cache
def _table() -> list[dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _bare(code: str) -> str:
    return code.strip().upper()


def blank(value: Any) -> bool:
    """Nothing, or blanks alone."""
    return value is None or (isinstance(value, str) and not value.strip())


def procedure(value: Any) -> bool:
    """Five letters or digits."""
    return isinstance(value, str) and _alphanumeric(value.strip(), 5, 5)


def modifier(value: Any) -> bool:
    """Two, or nothing."""
    return blank(value) or (isinstance(value, str) and _alphanumeric(value.strip(), 2, 2))


def diagnosis(value: Any) -> bool:
    """One to eight with at most one dot, or nothing."""
    if blank(value):
        return True
    letters = value.strip().replace(".", "")
    return value.count(".") <= 1 and _alphanumeric(letters, 1, 8)


def taxonomy(value: Any) -> bool:
    """Ten letters or digits."""
    return isinstance(value, str) and _alphanumeric(value.strip(), 10, 10)


def therapy(value: Any) -> bool:
    """One to eight letters or digits, without a dot."""
    return isinstance(value, str) and _alphanumeric(value.strip(), 1, 8)


def _alphanumeric(text: str, least: int, most: int) -> bool:
    return least <= len(text) <= most and set(text) <= _ALPHANUMERIC
