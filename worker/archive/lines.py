"""One determination as a line of a file, so that its bytes come back as they were."""

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
    """It is no line of an archive."""


def line_of(entry_id: str, event: bytes) -> bytes:
    """The line, without its end: JSON, with the determination as it was published inside."""
    return b'{"entry":"%b","event":%b}' % (entry_id.encode(), event)


def read_line(line: bytes) -> tuple[str, bytes]:
    """Id in the stream, and the event; raises `NotALine`."""
    try:
        said = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotALine from None
    return said.entry, bytes(said.event)


def archivable(entry_id: str, fields: Mapping[bytes, bytes]) -> PublishedDetermination | None:
    """
    What an entry of the stream says, if it is a determination whose bytes a line gives back.

    None: somebody else wrote it, so it stays where it is for an audit to find.
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
