"""
Where each table of a library comes from, its date, and what depends on it.

The library has a `sources.csv` for its own tables, and each policy version has one for its code
sets, so that a version can be copied as a folder.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from rules.loading.folder import LibraryFiles
from rules.loading.tables import Row, read_table
from rules.loading.words import one_of

FILE = "sources.csv"
_VERSIONS = "policies/"
_AS_OF = re.compile(r"\d{4}(-\d\d){0,2}")


class Source(NamedTuple):
    """The provenance of one CSV file."""

    file: str
    source: str
    as_of: str
    """A year, month or day, as precise as it is known."""
    knows_from: date | None
    knows_to: date | None
    """The first day that the table no longer covers."""
    note: str | None


class CodeSetSource(NamedTuple):
    """The provenance of a code set of a policy version, with the sections and criteria it links."""

    file: str
    """The path inside the version's folder."""
    source: str
    as_of: str
    sections: tuple[str, ...]
    """The sections of the policy that it expresses as codes."""
    criteria: tuple[str, ...]
    """The criteria that use it."""
    note: str | None


def read_sources(files: LibraryFiles) -> dict[str, Source]:
    """Reads the sources of all the library's own CSV files except this one, by path."""
    columns = ("file", "source", "as_of", "knows_from", "knows_to", "note")
    rows = read_table(files, FILE, columns, "file")
    sources = {row.text("file"): _source(row, files) for row in rows}
    told = (name for name in files.names if not name.startswith(_VERSIONS))
    _check_all_told(FILE, [name for name in told if rows], sources, files)
    return sources


def read_code_set_sources(
    files: LibraryFiles, folder: str, criteria: Sequence[str]
) -> tuple[CodeSetSource, ...]:
    """Reads the source of every code set of a version; `criteria` are the valid names."""
    file = f"{folder}/{FILE}"
    columns = ("file", "source", "as_of", "sections", "criteria", "note")
    rows = read_table(files, file, columns, "file")
    sources = tuple(_code_set_source(row, folder, files, criteria) for row in rows)
    told = (name for name in files.names if name.startswith(f"{folder}/"))
    known = {f"{folder}/{source.file}" for source in sources}
    _check_all_told(file, [name for name in told if rows], known, files)
    return sources


def span_of(sources: dict[str, Source], file: str, files: LibraryFiles) -> tuple[date, date]:
    """Returns the dates that a table covers, which are required."""
    source = sources.get(file)
    if source is not None and source.knows_from is not None and source.knows_to is not None:
        return source.knows_from, source.knows_to
    if source is not None:
        to_do = "Fill in knows_from and knows_to. The table is used only for dates that it knows."
        files.faults.add(FILE, file, "does not say which dates the table knows", to_do)
    return date.min, date.min


def with_release_of(text: str, file: str, since: date, knows_to: date) -> str:
    """Returns the text of `sources.csv` after importing a release, with the new dates."""
    reader = csv.DictReader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    for row in reader:
        if row["file"] == file:
            row |= {"as_of": since.isoformat(), "knows_to": knows_to.isoformat()}
            row["note"] = "; ".join(filter(None, (row["note"], f"release of {since} put in")))
        writer.writerow(row)
    return written.getvalue()


def _check_all_told(
    file: str, names: Sequence[str], sources: Collection[str], files: LibraryFiles
) -> None:
    for name in names:
        if name.endswith(".csv") and name not in sources and name != file:
            to_do = "Add a row that says where it comes from."
            files.faults.add(file, name, "has no source", to_do)


def _named_file(row: Row, folder: str, files: LibraryFiles) -> str:
    file = row.text("file")
    if folder + file not in files.names:
        row.fault("is not a file of this library", "Remove the row or correct the path.")
    return file


def _code_set_source(
    row: Row, folder: str, files: LibraryFiles, criteria: Sequence[str]
) -> CodeSetSource:
    asked_by = row.codes("criteria")
    for name in asked_by:
        if name not in criteria:
            row.fault(f"criteria has {name!r}, which is not a criterion", one_of(name, criteria))
    return CodeSetSource(
        _named_file(row, f"{folder}/", files),
        row.text("source"),
        row.code("as_of", _AS_OF),
        row.codes("sections"),
        asked_by,
        row.optional("note"),
    )


def _source(row: Row, files: LibraryFiles) -> Source:
    file = _named_file(row, "", files)
    since, until = row.span("knows_from", "knows_to")
    return Source(
        file,
        row.text("source"),
        row.code("as_of", _AS_OF),
        since,
        until,
        row.optional("note"),
    )
