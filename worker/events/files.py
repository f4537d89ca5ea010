"""Reads files of JSON lines, one event per line, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, NamedTuple

import click

from worker.events.decode import EVENT_BYTES_MAX

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventLine(NamedTuple):
    """One line of a file that is not blank."""

    file: str
    row: int
    raw: bytes
    """Without the line end."""


def event_lines(files: Iterable[str], *, whole: bool = False) -> Iterator[EventLine]:
    """
    The lines of the files, one file after the other; `-` is standard input.

    A line that is larger than an event may be is truncated, unless `whole`.
    """
    for file in files:
        with click.open_file(file, "rb") as stream:
            yield from _lines_of(file, stream, _read_whole_line if whole else _read_line)


def _lines_of(
    file: str, stream: IO[bytes], read_line: Callable[[IO[bytes]], bytes]
) -> Iterator[EventLine]:
    row = 0
    while line := read_line(stream):
        row += 1
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        if row == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if len(raw) > EVENT_BYTES_MAX or raw.strip():
            yield EventLine(file, row, raw)


def _read_whole_line(stream: IO[bytes]) -> bytes:
    return stream.readline()


def _read_line(stream: IO[bytes]) -> bytes:
    """One line with its end; the rest of a line that is too large is skipped."""
    longest = EVENT_BYTES_MAX + len(b"\r\n")
    line = stream.readline(longest + 1)
    rest = line
    while len(line) > longest and rest and not rest.endswith(b"\n"):
        rest = stream.readline(longest)
    return line
