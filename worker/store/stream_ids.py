"""Reads and compares ids of stream entries: `<milliseconds>-<sequence>`, two whole numbers."""

from __future__ import annotations

from typing import Final

_SEQUENCE_MAX: Final = 2**64 - 1


def number_of(entry_id: str) -> tuple[int, int]:
    """Milliseconds and sequence; ids sort by these. (0, 0) if the text is not an id."""
    milliseconds, _, sequence = entry_id.partition("-")
    if not (milliseconds.isdecimal() and sequence.isdecimal()):
        return (0, 0)
    return (int(milliseconds), int(sequence))


def milliseconds_of(entry_id: str | bytes) -> int:
    """When the entry was added, in milliseconds since 1970; 0 if they cannot be read."""
    text = entry_id if isinstance(entry_id, str) else entry_id.decode("ascii", "replace")
    milliseconds = text.partition("-")[0]
    return int(milliseconds) if milliseconds.isdecimal() else 0


def is_before(one: str, other: str) -> bool:
    """Whether the first id is earlier than the second."""
    return number_of(one) < number_of(other)


def id_before(entry_id: str) -> str:
    """The greatest possible id below another."""
    milliseconds, sequence = number_of(entry_id)
    if sequence:
        return f"{milliseconds}-{sequence - 1}"
    return f"{milliseconds - 1}-{_SEQUENCE_MAX}" if milliseconds else "0-0"
