"""The ICD-10-CM table: the sorted text is kept as it is, and codes are found by bisection.

With some 98,000 rows, building objects would cost a second at every start of a worker. So the
whole file is matched against one pattern, and a row is parsed when its code is first looked up.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from rules.library_model import Validity
from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles
from rules.loading.tables import parse_day

FILE = "code_sets/icd10cm.csv"
HEADER = "code,kind,valid_from,valid_to\n"
_ROW = (
    r"[A-Z][0-9][0-9A-Z](?>\.[0-9A-Z]{1,4}+)?+,(?>billable|heading),"
    r"(?>\d{4}-\d\d-\d\d)?+,(?>\d{4}-\d\d-\d\d)?+"
)
_ALL_ROWS = re.compile(rf"(?:{_ROW}\n)*+")
_OTHER_ROW = re.compile(rf"^(?!{_ROW}$).*$", re.MULTILINE)
_NEXT_HAS_ITS_CODE = re.compile(r"^([^,\n]+),(?=[^\n]*\n\1,)", re.MULTILINE)
_LONGEST_CODE = 8
_FAULTS_SHOWN = 20
_REMEMBERED = 4096


class CodeRow(NamedTuple):
    """One period of a code; an unknown end is None, `valid_to` is exclusive."""

    is_billable: bool
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Whether the row is valid on a date; an unknown end never limits it."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


class Icd10cmTable:
    """What is known of every code, and the dates for which the table is complete."""

    def __init__(self, lines: list[str], knows_from: date, knows_to: date) -> None:
        """`lines` are the sorted rows; `knows_to` is exclusive."""
        self.knows_from = knows_from
        self.knows_to = knows_to
        self._lines = lines
        self._read: dict[str, tuple[CodeRow, ...]] = {}
        self._said: dict[tuple[str, date], Validity] = {}

    def validity(self, code: str, on: date) -> Validity:
        """Returns a code's validity; except for a valid billable row, known dates are required."""
        said = self._said.get((code, on))
        if said is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            said = self._said[code, on] = self._validity(code, on)
        return said

    def _validity(self, code: str, on: date) -> Validity:
        rows = [row for row in self.rows(code) if row.holds(on)]
        for row in rows:
            if row.is_billable:
                return "billable"
        if not self.knows_from <= on < self.knows_to:
            return "unverified"
        return "heading" if rows else "invalid"

    def rows(self, code: str) -> tuple[CodeRow, ...]:
        """Returns the table's rows of a code; empty for a text that is not a code."""
        if len(code) > _LONGEST_CODE or "," in code:
            return ()
        rows = self._read.get(code)
        if rows is None:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            rows = self._read[code] = tuple(self._find(code))
        return rows

    @property
    def is_empty(self) -> bool:
        """Whether the table has no rows."""
        return not self._lines

    @cached_property
    def boundaries(self) -> frozenset[date]:
        """Returns the days on which what it says about some code may change."""
        dated = (line.split(",")[2:] for line in self._lines if not line.endswith(",,"))
        days = {parse_day(day) for pair in dated for day in pair}
        return frozenset(day for day in days if day is not None) | {self.knows_from, self.knows_to}

    def codes(self) -> Iterator[str]:
        """Returns every code once, in table order."""
        before = ""
        for line in self._lines:
            code = line[: line.index(",")]
            if code != before:
                yield code
            before = code

    def under(self, code: str) -> Iterator[str]:
        """Returns the code and all codes that extend it, if they are in the table, each once."""
        before = ""
        for line in islice(self._lines, bisect_left(self._lines, code), None):
            if not line.startswith(code):
                return
            found = line[: line.index(",")]
            if found != before:
                yield found
            before = found

    def _find(self, code: str) -> Iterator[CodeRow]:
        start = f"{code},"
        at = bisect_left(self._lines, start)
        while at < len(self._lines) and self._lines[at].startswith(start):
            yield _row_of(self._lines[at][len(start) :])
            at += 1


@lru_cache(maxsize=_REMEMBERED)
def _row_of(rest: str) -> CodeRow:
    """What follows the code in a line: of a hundred thousand lines few have a rest of their own."""
    kind, valid_from, valid_to = rest.split(",")
    return CodeRow(kind == "billable", parse_day(valid_from), parse_day(valid_to))


def read_icd10cm(files: LibraryFiles, knows_from: date, knows_to: date) -> Icd10cmTable:
    """Reads the table; problems are recorded as faults."""
    text = files.text(FILE) or HEADER
    if not text.startswith(HEADER):
        to_do = f"The first row must be {HEADER.strip()}."
        files.faults.add(FILE, "row 1", "has the wrong columns", to_do)
        text = HEADER
    elif not text.endswith("\n"):
        files.faults.add(
            FILE, "", "does not end with a newline", "Add a newline after the last row."
        )
        text = HEADER
    elif not _check_rows(text, files.faults):
        text = HEADER
    table = Icd10cmTable(text.split("\n")[1:-1], knows_from, knows_to)
    _check_overlaps(table, text, files.faults)
    return table


def _check_rows(text: str, faults: Faults) -> bool:
    """
    Checks that every row is well-formed, its dates exist, and the codes are in order.

    Returns whether the rows can be read.
    """
    start = len(HEADER)
    if not _ALL_ROWS.fullmatch(text, start):
        to_do = "Write code,kind,valid_from,valid_to, with billable or heading and YYYY-MM-DD."
        found = [(m.start(), m[0]) for m in _OTHER_ROW.finditer(text, start, len(text) - 1)]
        for at, row in found[:_FAULTS_SHOWN]:
            faults.add(FILE, f"row {_row_at(text, at)} ({row})", "is not a row of the table", to_do)
        return False
    lines = text.split("\n")[1:-1]
    for number, line in enumerate(lines, 2):
        if not line.endswith(",,"):
            _check_dates(number, line, faults)
    if sorted(lines) != lines:
        number, line = next(
            (number, later)
            for number, (earlier, later) in enumerate(pairwise(lines), 3)
            if later < earlier
        )
        to_do = "Sort the rows by their bytes."
        faults.add(
            FILE,
            f"row {number} ({line})",
            "is out of order: it sorts before the row above it",
            to_do,
        )
    return True


def _check_dates(number: int, line: str, faults: Faults) -> None:
    since, until = line.split(",")[2:]
    days = [parse_day(text) for text in (since, until) if text]
    place = f"row {number} ({line})"
    if None in days:
        faults.add(FILE, place, "has a date that does not exist", "Correct the date.")
    elif since and until and since >= until:
        faults.add(
            FILE,
            place,
            "ends before it begins",
            "Set valid_to to the day after the last valid day.",
        )


def _check_overlaps(table: Icd10cmTable, text: str, faults: Faults) -> None:
    """Checks that the rows of one code do not overlap, whatever their kinds."""
    for code in dict.fromkeys(match[1] for match in _NEXT_HAS_ITS_CODE.finditer(text)):
        rows = sorted(table.rows(code), key=lambda row: row.valid_from or date.min)
        if any(
            earlier.valid_to is None or earlier.valid_to > (later.valid_from or date.min)
            for earlier, later in pairwise(rows)
        ):
            place = f"row {_row_at(text, text.index(f'{chr(10)}{code},') + 1)} ({code})"
            to_do = "End one row of the code before the next begins."
            faults.add(FILE, place, "has rows that overlap in time", to_do)


def _row_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
