"""Stores one determination as a line of a file, without changing its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from worker.determinations.parse import PublishedDetermination, StreamedDetermination, read
from worker.failures import RefusedError

FIELD: Final = b"event"


class _Line(msgspec.Struct):
    entry: str
    event: msgspec.Raw


_decode = msgspec.json.Decoder(_Line).decode


class NotALine(RefusedError):
    """The text is not a line of an archive."""


def line_of(entry_id: str, event: bytes) -> bytes:
    """Returns the line, without a newline: JSON around the determination as it was published."""
    return b'{"entry":"%b","event":%b}' % (entry_id.encode(), event)


def read_line(line: bytes) -> tuple[str, bytes]:
    """Returns the stream id and the event; raises `NotALine`."""
    try:
        said = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotALine from None
    return said.entry, bytes(said.event)


def archivable(entry_id: str, fields: Mapping[bytes, bytes]) -> PublishedDetermination | None:
    """
    Reads a determination from a stream entry, if a line can reproduce its bytes.

    None: somebody else wrote the entry, so it stays in the stream for an audit to find.
    """
    event = fields.get(FIELD)
    if event is None or len(fields) > 1 or b"\n" in event:
        return None
    told = read(StreamedDetermination(entry_id, event))
    try:
        is_kept = read_line(line_of(entry_id, event)) == (entry_id, event)
    except NotALine:
        return None
    return told if is_kept else None
