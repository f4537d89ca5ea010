"""Where each table of a library comes from, of what date it is, and which dates it knows."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from rules.loading.folder import LibraryFiles
from rules.loading.tables import Row, read_table

FILE = "sources.csv"
_AS_OF = re.compile(r"\d{4}(-\d\d){0,2}")


class Source(NamedTuple):
    """The provenance of one CSV file."""

    file: str
    source: str
    as_of: str
    """A year, month or day, as far as it is known."""
    knows_from: date | None
    knows_to: date | None
    """The first day that the table no longer knows."""
    note: str | None


def read_sources(files: LibraryFiles) -> dict[str, Source]:
    """One for every CSV file but this one, by its path."""
    columns = ("file", "source", "as_of", "knows_from", "knows_to", "note")
    rows = read_table(files, FILE, columns, "file")
    sources = {row.text("file"): _source(row, files) for row in rows}
    for name in files.names if rows else ():
        if name.endswith(".csv") and name not in sources and name != FILE:
            to_do = "Add a row that says where it comes from."
            files.faults.add(FILE, name, "has no source", to_do)
    return sources


def span_of(sources: dict[str, Source], file: str, files: LibraryFiles) -> tuple[date, date]:
    """The dates that a table knows, which must be said."""
    source = sources.get(file)
    if source is not None and source.knows_from is not None and source.knows_to is not None:
        return source.knows_from, source.knows_to
    if source is not None:
        to_do = "Fill knows_from and knows_to: the table speaks only of dates that it knows."
        files.faults.add(FILE, file, "does not say which dates the table knows", to_do)
    return date.min, date.min


def _source(row: Row, files: LibraryFiles) -> Source:
    file = row.text("file")
    if file not in files.names:
        row.fault("is no file of this library", "Take the row out, or correct the path.")
    since, until = row.span("knows_from", "knows_to")
    return Source(
        file,
        row.text("source"),
        row.code("as_of", _AS_OF),
        since,
        until,
        row.optional("note"),
    )
