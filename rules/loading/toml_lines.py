"""Where the keys of a TOML file stand, which its parser does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*(?P<open>\[\[?)(?P<path>[^\[\]]+)\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*(?P<key>[\w-]+|\"[^\"]*\")\s*=")
_QUOTES = ('"""', "'''")


@dataclass(frozen=True)
class TableLines:
    """The rows of a table's keys, as an editor numbers them."""

    row: int | None
    """That of its own header; None for the file's own table."""
    keys: dict[str, int] = field(default_factory=dict)
    tables: dict[str, TableLines] = field(default_factory=dict)
    lists: dict[str, list[TableLines]] = field(default_factory=dict)

    def row_of(self, key: str) -> int | None:
        """The row of a key; of one that is not there the row of the table."""
        if key in self.keys:
            return self.keys[key]
        if key in self.tables:
            return self.tables[key].row
        return self.lists[key][0].row if key in self.lists else self.row

    def of_table(self, key: str) -> TableLines:
        """The rows of the table under a key; of one written in place that of its key."""
        return self.tables.get(key) or TableLines(self.row_of(key))

    def of_entry(self, key: str, position: int) -> TableLines:
        """The rows of a table of a list, by its position from 0."""
        entries = self.lists.get(key, [])
        return entries[position] if position < len(entries) else TableLines(self.row_of(key))


def rows_of(text: str) -> TableLines:
    """
    The rows of all keys of a file that was parsed without a fault.

    It is for messages: of a file that is written in an unusual way it may find fewer.
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
        table = table.tables.setdefault(name, TableLines(row))
    opened = TableLines(row)
    if header["open"] == "[[":
        table.lists.setdefault(last, []).append(opened)
        return opened
    return table.tables.setdefault(last, opened)


def _string_after(line: str, within: str | None) -> str | None:
    """The quotes of the text over several rows that a row leaves open."""
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
