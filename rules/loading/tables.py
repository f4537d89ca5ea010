"""Reads the CSV files of a library: every cell has a type, every fault names its row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles
from rules.loading.words import one_of

WordT = TypeVar("WordT", bound=str)
WRITE_A_DAY = "Write a calendar date as YYYY-MM-DD."
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PROCEDURE = re.compile(r"[0-9A-Z]{5}")
DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")


class Row:
    """One row of a table; invalid cells are recorded as faults."""

    __slots__ = ("_cells", "_faults", "_file", "_number")

    def __init__(self, file: str, number: int, cells: dict[str, str], faults: Faults) -> None:
        self._file = file
        self._number = number
        self._cells = cells
        self._faults = faults

    @property
    def place(self) -> str:
        """Returns the row number as an editor shows it, with the first cell."""
        return f"row {self._number} ({next(iter(self._cells.values()))})"

    def fault(self, wrong: str, to_do: str) -> None:
        """Records a fault of the row."""
        self._faults.add(self._file, self.place, wrong, to_do)

    def optional(self, column: str) -> str | None:
        """Returns the cell; None: it is empty."""
        return self._cells[column] or None

    def text(self, column: str) -> str:
        """Returns the cell, which must not be empty."""
        if not self._cells[column]:
            self.fault(f"{column} is empty", "Enter a value.")
        return self._cells[column]

    def code(self, column: str, shape: re.Pattern[str]) -> str:
        """Returns a code of the given shape."""
        return self._shaped(column, self._cells[column], shape)

    def codes(self, column: str, shape: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """Returns codes separated by semicolons; none if the cell is empty."""
        parts = self._cells[column].split(";") if self._cells[column] else []
        if len(set(parts)) < len(parts):
            self.fault(f"{column} has a code twice", "Remove one of the two.")
        return tuple(self._shaped(column, part, shape) if shape else part for part in parts)

    def choice(self, column: str, allowed: Sequence[WordT]) -> WordT:
        """Returns one of a closed list of words."""
        found = self._cells[column]
        for word in allowed:
            if word == found:
                return word
        self.fault(f"{column} is {found!r}, which is not allowed", one_of(found, allowed))
        return allowed[0]

    def yes_no(self, column: str) -> bool:
        """Returns whether the cell says yes."""
        return self.choice(column, ("no", "yes")) == "yes"

    def day(self, column: str) -> date | None:
        """Returns a date; None: the cell is empty."""
        found = self._cells[column]
        if not found:
            return None
        day = parse_day(found)
        if day is None:
            self.fault(f"{column} is {found!r}, which is not a date", WRITE_A_DAY)
        return day

    def span(self, since: str, until: str) -> tuple[date | None, date | None]:
        """Returns two dates, the second of which is exclusive."""
        start, end = self.day(since), self.day(until)
        if start is not None and end is not None and end <= start:
            to_do = f"Set {until} to the day after the last one that counts."
            self.fault(f"{until} is not after {since}", to_do)
        return start, end

    def _shaped(self, column: str, found: str, shape: re.Pattern[str]) -> str:
        if not shape.fullmatch(found):
            to_do = "Write the whole code as text, in capitals, with its dot if it has one."
            self.fault(f"{column} has {found!r}, which is not in the form of a code", to_do)
        return found


def parse_day(text: str) -> date | None:
    """Parses a calendar date written as YYYY-MM-DD; None: it is not one."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def read_table(files: LibraryFiles, file: str, columns: Sequence[str], *key: str) -> list[Row]:
    """Reads a file that must have exactly these columns; no two rows may have the same `key`."""
    text = files.text(file)
    if text is None:
        return []
    lines = _lines(file, text, files.faults)
    header = lines[0][1] if lines else []
    if not _has_columns(files, file, header, columns):
        return []
    rows: list[Row] = []
    first: dict[tuple[str, ...], Row] = {}
    for number, values in lines[1:]:
        if len(values) != len(header):
            wrong = f"has {len(values)} cells, but the first row has {len(header)}"
            files.faults.add(file, f"row {number}", wrong, "Put each value under its column.")
            continue
        cells = dict(zip(header, values, strict=True))
        row = Row(file, number, cells, files.faults)
        if any(value != value.strip() for value in values):
            row.fault("has a space before or after a value", "Remove the space.")
        same = first.setdefault(tuple(cells[column] for column in key), row) if key else row
        if same is not row:
            row.fault(f"is a duplicate of {same.place}", "Remove one of the two rows.")
        rows.append(row)
    return rows


def _lines(file: str, text: str, faults: Faults) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        to_do = "Put values that contain a comma or a quote in double quotes."
        faults.add(file, f"row {reader.line_num}", f"is not valid CSV ({error})", to_do)
        return []


def _has_columns(files: LibraryFiles, file: str, header: list[str], columns: Sequence[str]) -> bool:
    """Checks for exactly the expected columns, each once, in any order."""
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    for column in missing:
        files.faults.add(file, "row 1", f"has no column {column}", "Add the column.")
    for column in unknown:
        to_do = f"Remove it or correct it. {one_of(column, columns)}"
        files.faults.add(file, "row 1", f"has an unknown column {column!r}", to_do)
    if len(set(header)) < len(header):
        files.faults.add(file, "row 1", "has a column twice", "Remove one of the two.")
        return False
    return not missing and not unknown
