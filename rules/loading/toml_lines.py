"""Finds the lines of the keys of a TOML file, which its parser does not report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*(?P<open>\[\[?)(?P<path>[^\[\]]+)\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*(?P<key>[\w-]+|\"[^\"]*\")\s*=")
_QUOTES = ('"""', "'''")


@dataclass(frozen=True)
class TableLines:
    """The rows of a table's keys, numbered as in an editor."""

    row: int | None
    """The row of its own header; None for the top-level table."""
    keys: dict[str, int] = field(default_factory=dict)
    tables: dict[str, TableLines] = field(default_factory=dict)
    lists: dict[str, list[TableLines]] = field(default_factory=dict)

    def row_of(self, key: str) -> int | None:
        """Returns the row of a key; if it is absent, the row of the table."""
        if key in self.keys:
            return self.keys[key]
        if key in self.tables:
            return self.tables[key].row
        return self.lists[key][0].row if key in self.lists else self.row

    def of_table(self, key: str) -> TableLines:
        """Returns the rows of the table under a key; for an inline table, the row of its key."""
        return self.tables.get(key) or TableLines(self.row_of(key))

    def of_entry(self, key: str, position: int) -> TableLines:
        """Returns the rows of a table in a list, by its position from 0."""
        entries = self.lists.get(key, [])
        return entries[position] if position < len(entries) else TableLines(self.row_of(key))


def rows_of(text: str) -> TableLines:
    """
    Finds the rows of all keys of a file that was parsed without a fault.

    This is only for messages: in an unusually formatted file it may find fewer.
    """
    root = current = TableLines(None)
    within: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if within is None:
            header = _HEADER.fullmatch(line)
            key = _KEY.match(line)
            if header is not None:
                current = _opened(root, header, number)
            elif key is not None:
                current.keys.setdefault(key["key"].strip('"'), number)
        within = _string_after(line, within)
    return root


def _opened(root: TableLines, header: re.Match[str], row: int) -> TableLines:
    *above, last = (part.strip().strip('"') for part in header["path"].split("."))
    table = root
    for name in above:
        # A list that is named on the way means its latest table.
        latest = table.lists.get(name, [])[-1:]
        table = latest[0] if latest else table.tables.setdefault(name, TableLines(row))
    opened = TableLines(row)
    if header["open"] == "[[":
        table.lists.setdefault(last, []).append(opened)
        return opened
    return table.tables.setdefault(last, opened)


def _string_after(line: str, within: str | None) -> str | None:
    """Returns the quotes of a multi-line text that a row leaves open."""
    rest = line
    while True:
        if within is not None:
            _, closed, rest = rest.partition(within)
            if not closed:
                return within
            within = None
        opening = _first_of(rest)
        if opening is None:
            return None
        within = opening
        rest = rest.partition(opening)[2]


def _first_of(text: str) -> str | None:
    places: Mapping[int, str] = {text.find(quotes): quotes for quotes in _QUOTES if quotes in text}
    return places[min(places)] if places else None
