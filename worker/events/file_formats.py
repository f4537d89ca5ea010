"""
Recognises files that do not hold one event a line, by their first bytes.

One sentence says what such a file is and what to do, in place of a refusal for each of its lines.
"""

from __future__ import annotations

import re
import shlex
from typing import Final

from worker.failures import RefusedError

OPENING_BYTES: Final = 65_536
"""How much of a file is looked at."""

_MAPPED: Final = "Turn each item into an event of docs/contract.md, one on each line."
_MAGIC: Final = (
    (b"\x1f\x8b", "gzip", "Unpack it: gunzip -c {file}"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "Unpack it, and send the events in it."),
    (b"BZh", "bzip2", "Unpack it: bunzip2 -c {file}"),
    (b"\xfd7zXZ", "xz", "Unpack it: xz -dc {file}"),
    (b"\x28\xb5\x2f\xfd", "Zstandard", "Unpack it: zstd -dc {file}"),
    (b"PAR1", "Parquet", "Write its rows as JSON, one event on each line."),
    (b"%PDF", "PDF", "Send events as JSON, one on each line."),
    (b"\xff\xfe", "UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 {file}"),
    (b"\xfe\xff", "UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 {file}"),
    (b"{\x00", "UTF-16", "Convert it: iconv -f UTF-16LE -t UTF-8 {file}"),
    (b"\x00{", "UTF-16", "Convert it: iconv -f UTF-16BE -t UTF-8 {file}"),
)
_SHAPES: Final = (
    (re.compile(rb"ISA[^\w\s]"), "X12", _MAPPED),
    (re.compile(rb"UN[AB][:+]"), "EDIFACT", _MAPPED),
    (re.compile(rb"MSH\|"), "HL7 version 2", _MAPPED),
    (re.compile(rb"<[?!A-Za-z]"), "XML", _MAPPED),
    (re.compile(rb'[\[{][\s{]*"resourceType"\s*:'), "FHIR", _MAPPED),
    (re.compile(rb'\{\s*\n\s*"'), "JSON over several lines", "Join them: jq -c . {file}"),
)
_ARRAY: Final = ("a JSON array", "Write one item on each line: jq -c '.[]' {file}")
_TABLE: Final = ("CSV", "Turn each row into an event of docs/contract.md, one on each line.")
_MARK: Final = b"\xef\xbb\xbf"
_EVENT_LINE = re.compile(rb"^[ \t]*\{.*\}[ \t\r]*$", re.MULTILINE)
_ARRAY_BEGINS = re.compile(rb"\[\s*\{")
_WHOLE_ARRAY_LINE = re.compile(rb"\[.*\][ \t\r]*$", re.MULTILINE)
_SEPARATORS: Final = (b",", b";", b"\t", b"|")


class NotEventLines(RefusedError):
    """A file holds something other than one event a line; the message says what, and what to do."""


def must_be_event_lines(file: str, opening: bytes) -> None:
    """
    Raises `NotEventLines` if the first bytes of a file are those of another format.

    A file with single lines that are no events passes: each of them is refused on its own.
    """
    found = _format_of(opening)
    if found is not None:
        kind, to_do = found
        name, typed = ("The input", "FILE") if file == "-" else (file, shlex.quote(file))
        raise NotEventLines(
            f"{name} is {kind}, not one JSON event a line. {to_do.replace('{file}', typed)}"
        )


def _format_of(opening: bytes) -> tuple[str, str] | None:
    for magic, kind, to_do in _MAGIC:
        if opening.startswith(magic):
            return kind, to_do
    text = opening.removeprefix(_MARK).lstrip()
    for shape, kind, to_do in _SHAPES:
        if shape.match(text):
            return kind, to_do
    has_events = _EVENT_LINE.search(text) is not None
    if _ARRAY_BEGINS.match(text):
        return None if has_events and _WHOLE_ARRAY_LINE.match(text) else _ARRAY
    return _TABLE if not has_events and _is_table(text) else None


def _is_table(text: bytes) -> bool:
    """Whether the first two lines are cut into the same number of cells."""
    first, *others = [line for line in text.splitlines()[:3] if line.strip()] or [b""]
    if not others or first.startswith(b"{"):
        return False
    return any(first.count(each) == others[0].count(each) > 0 for each in _SEPARATORS)
