"""Reads files of JSON lines, one event per line, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import click

from worker.events.decode import EVENT_BYTES_MAX
from worker.events.file_formats import OPENING_BYTES, must_be_event_lines

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

    A line that is larger than an event may be is truncated, unless `whole`. Raises `NotEventLines`
    before the first line if a file is of another format, unless `whole`.
    """
    named = list(files)
    for file in named:
        if not whole and _can_be_read_again(file):
            with click.open_file(file, "rb") as stream:
                must_be_event_lines(file, stream.read(OPENING_BYTES))
    for file in named:
        with click.open_file(file, "rb") as stream:
            source: _Lines = stream
            if not whole and not _can_be_read_again(file):
                source = _Looked(stream)
                must_be_event_lines(file, source.opening)
            yield from _lines_of(file, source, _read_whole_line if whole else _read_line)


def known_size(files: Iterable[str]) -> int:
    """Bytes of the files; 0: that of one of them is not known, as it is a pipe."""
    named = list(files)
    if not all(map(_can_be_read_again, named)):
        return 0
    return sum(Path(file).stat().st_size for file in named)


def _can_be_read_again(file: str) -> bool:
    """Whether it is no pipe, as standard input and `<(...)` of a shell are."""
    return file != "-" and Path(file).is_file()


class _Lines(Protocol):
    """Where lines are read from."""

    def readline(self, size: int = -1, /) -> bytes: ...


class _Looked:
    """A stream that cannot be read twice, of which the first bytes have been looked at."""

    def __init__(self, stream: IO[bytes]) -> None:
        # What is there now: a producer on the other end of a pipe may send the next line later.
        read_some = getattr(stream, "read1", stream.read)
        self.opening: bytes = read_some(OPENING_BYTES)
        self._first = BytesIO(self.opening)
        self._rest = stream

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, or at most `size` bytes of it."""
        line = self._first.readline(size)
        if line.endswith(b"\n") or len(line) == size:
            return line
        return line + self._rest.readline(size - len(line) if size >= 0 else -1)


def _lines_of(
    file: str, stream: _Lines, read_line: Callable[[_Lines], bytes]
) -> Iterator[EventLine]:
    row = 0
    while line := read_line(stream):
        row += 1
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        if row == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if len(raw) > EVENT_BYTES_MAX or raw.strip():
            yield EventLine(file, row, raw)


def _read_whole_line(stream: _Lines) -> bytes:
    return stream.readline()


def _read_line(stream: _Lines) -> bytes:
    """One line with its end; the rest of a line that is too large is skipped."""
    longest = EVENT_BYTES_MAX + len(b"\r\n")
    line = stream.readline(longest + 1)
    rest = line
    while len(line) > longest and rest and not rest.endswith(b"\n"):
        rest = stream.readline(longest)
    return line
