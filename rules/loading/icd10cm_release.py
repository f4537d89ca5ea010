"""Imports a yearly ICD-10-CM release into the table: which codes begin, end or change kind.

The release is the official order file (`icd10cm_order_YYYY.txt`): columns 7 to 13 have the code
without its dot, column 15 says whether it is billable (1) or a heading (0). The descriptors after
that are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from rules.loading.faults import Faults
from rules.loading.icd10cm import FILE, HEADER

Release = Mapping[str, bool]
"""Every code of a release, with whether it is billable."""

_ROW = re.compile(r"\d{5} (?P<code>[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}) +(?P<kind>[01])( .*)?")
_FAULTS_SHOWN = 20
_LEAST_SHARE = 0.9


class TableChange(NamedTuple):
    """The table with a release imported, and what changed."""

    text: str
    begun: tuple[str, ...]
    """Codes that did not exist on the day before."""
    ended: tuple[str, ...]
    turned: tuple[str, ...]
    """Codes that became a heading, or a billable code."""


class _Stretch(NamedTuple):
    """A row of the table; empty dates are unknown, and do not limit it."""

    kind: str
    valid_from: str
    valid_to: str


def read_release(file: str, text: str, faults: Faults) -> Release:
    """Reads the codes of an order file; invalid rows are recorded as faults, by line."""
    release: dict[str, bool] = {}
    bare: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        row = _ROW.fullmatch(line.rstrip())
        if row is None:
            bare.append(f"row {number}")
            continue
        code = row["code"]
        release[code if len(code) == 3 else f"{code[:3]}.{code[3:]}"] = row["kind"] == "1"
    to_do = "Use the order file of the release, unpacked: number, code, 0 or 1, descriptors."
    # Where no row can be read, it is another file, and one of its rows says so.
    for place in bare[: _FAULTS_SHOWN if release else 1]:
        faults.add(file, place, "is not a row of an order file", to_do)
    for code, following in pairwise((*sorted(release), "")):
        if not release[code] and not following.startswith(code):
            faults.add(
                file, code, "is a heading with no code under it", "Check that the file is complete."
            )
    return release


def with_release(table: str, release: Release, since: date, faults: Faults) -> TableChange:
    """
    Returns the table's text with a release applied from a day on.

    The table must have no change after that day, and the release nearly all of its codes.
    """
    day = since.isoformat()
    rows = _stretches(table.removeprefix(HEADER))
    _check(rows, release, day, faults)
    begun: list[str] = []
    ended: list[str] = []
    turned: list[str] = []
    lines: list[str] = []
    for code in sorted({*rows, *release}):
        before = rows.get(code, [])
        after = _after(before, release.get(code), day)
        was, is_now = _kind_before(before, day), _kind_on(after, day)
        if was != is_now:
            (begun if was is None else ended if is_now is None else turned).append(code)
        lines += [f"{code},{row.kind},{row.valid_from},{row.valid_to}\n" for row in after]
    text = HEADER + "".join(sorted(lines))
    return TableChange(text, tuple(begun), tuple(ended), tuple(turned))


def _check(rows: Mapping[str, list[_Stretch]], release: Release, day: str, faults: Faults) -> None:
    for code, held in rows.items():
        if any(day < (end or "") for row in held for end in (row.valid_from, row.valid_to)):
            to_do = "Import releases in the order of their dates."
            faults.add(FILE, code, f"already changes after {day}", to_do)
            break
    known = sum(_kind_before(held, day) is not None for held in rows.values())
    if len(release) < known * _LEAST_SHARE and (release or not faults.found):
        wrong = f"the release has {len(release)} codes, but the table has {known}"
        faults.add(FILE, "", wrong, "Use the complete order file.")


def _stretches(text: str) -> dict[str, list[_Stretch]]:
    cells = (line.split(",") for line in text.splitlines())
    by_code = groupby(cells, key=lambda row: row[0])
    return {code: [_Stretch(*row[1:]) for row in held] for code, held in by_code}


def _after(before: list[_Stretch], is_billable: bool | None, day: str) -> list[_Stretch]:
    """Returns the rows of a code that becomes billable, a heading (false) or nothing on a day."""
    kind = None if is_billable is None else "billable" if is_billable else "heading"
    if kind == _kind_on(before, day):
        return before
    # A row that was to begin on that day said something else: the release replaces it.
    kept = [row for row in before if row.valid_from != day]
    closed = [row._replace(valid_to=day) if not row.valid_to else row for row in kept]
    if kind is None:
        return closed
    return _reopened(closed, kind, day) or [*closed, _Stretch(kind, day, "")]


def _reopened(rows: list[_Stretch], kind: str, day: str) -> list[_Stretch] | None:
    """Extends a row of the same kind that ends on that day."""
    for at, row in enumerate(rows):
        if (row.kind, row.valid_to) == (kind, day):
            return [*rows[:at], row._replace(valid_to=""), *rows[at + 1 :]]
    return None


def _kind_on(rows: Iterable[_Stretch], day: str) -> str | None:
    for row in rows:
        if row.valid_from <= day and (not row.valid_to or day < row.valid_to):
            return row.kind
    return None


def _kind_before(rows: Iterable[_Stretch], day: str) -> str | None:
    """Returns the kind of a code on the day before."""
    for row in rows:
        if row.valid_from < day and (not row.valid_to or day <= row.valid_to):
            return row.kind
    return None
