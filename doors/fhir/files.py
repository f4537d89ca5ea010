"""
The messages of files, folders and standard input, in bounded memory.

A file holds one JSON resource, or one in each line (NDJSON): its first two lines say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final, NamedTuple

import click

MESSAGE_BYTES_MAX: Final = 16 * 1024 * 1024
"""The largest Bundle, and the longest line, that is read."""


class FhirMessage(NamedTuple):
    """The bytes of one message."""

    file: str
    row: int | None
    """The line, from 1; None: the file is one message."""
    raw: bytes | None
    """None: it is larger than is read."""


def messages_in(names: Iterable[str]) -> Iterator[FhirMessage]:
    """The messages of some files, folders or `-`, in order; of a folder, by the files' names."""
    for name in names:
        path = Path(name)
        if name != "-" and path.is_dir():
            for file in sorted(path.iterdir()):
                if file.is_file() and not file.name.startswith("."):
                    yield from _messages_of(str(file))
        else:
            yield from _messages_of(name)


def _messages_of(name: str) -> Iterator[FhirMessage]:
    with click.open_file(name, "rb") as stream:
        rows = enumerate(_lines_of(stream), 1)
        opening = list(islice((row for row in rows if row[1] is None or row[1].strip()), 2))
        if len(opening) == 2 and all(_may_begin(line) for _, line in opening):
            for row, line in chain(opening, rows):
                if line is None or line.strip():
                    yield FhirMessage(name, row, line)
        else:
            whole = _joined(line for _, line in chain(opening, rows))
            yield FhirMessage(name, None, whole)


def _may_begin(line: bytes | None) -> bool:
    """Whether a line may begin an object; of one resource over many lines, the second does not."""
    return line is None or line.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _joined(lines: Iterable[bytes | None]) -> bytes | None:
    """The lines as one message; None if they are larger than is read."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        size += MESSAGE_BYTES_MAX + 1 if line is None else len(line)
        if size > MESSAGE_BYTES_MAX:
            return None
        parts.append(line or b"")
    return b"".join(parts)


def _lines_of(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines with their ends; None for one that is too long, of which the rest is skipped."""
    while line := stream.readline(MESSAGE_BYTES_MAX + 1):
        if len(line) <= MESSAGE_BYTES_MAX:
            yield line
            continue
        yield None
        while line and not line.endswith(b"\n"):
            line = stream.readline(MESSAGE_BYTES_MAX)
