"""Reads files of JSON lines, one event a line, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

import click

from worker.events import EVENT_BYTES_MAX

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventLine(NamedTuple):
    """One line of a file that is not blank."""

    file: str
    row: int
    raw: bytes
    """Without its line end. Of a line that is too large only so much that this can be seen."""


def event_lines(files: Iterable[str]) -> Iterator[EventLine]:
    """The lines of the files, one file after the other; `-` is standard input."""
    for file in files:
        with click.open_file(file, "rb") as stream:
            yield from _lines_of(file, stream)


def _lines_of(file: str, stream: IO[bytes]) -> Iterator[EventLine]:
    row = 0
    while line := _read_line(stream):
        row += 1
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        if row == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if len(raw) > EVENT_BYTES_MAX or raw.strip():
            yield EventLine(file, row, raw)


def _read_line(stream: IO[bytes]) -> bytes:
    """One line with its end; of a line that is too large the beginning, the rest is skipped."""
    longest = EVENT_BYTES_MAX + len(b"\r\n")
    line = stream.readline(longest + 1)
    rest = line
    while len(line) > longest and not rest.endswith(b"\n") and rest:
        rest = stream.readline(longest)
    return line
