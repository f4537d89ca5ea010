"""Compares stream entry ids, which Redis writes as two numbers."""

from __future__ import annotations

from typing import Final

_SEQUENCE_MAX: Final = 2**64 - 1


def is_before(one: str, other: str) -> bool:
    """Whether the first id is earlier than the second."""
    return number_of(one) < number_of(other)


def number_of(entry_id: str) -> tuple[int, int]:
    """Returns the two numbers of an id; (0, 0) if it is not an id."""
    milliseconds, _, sequence = entry_id.partition("-")
    if not (milliseconds.isdecimal() and sequence.isdecimal()):
        return (0, 0)
    return (int(milliseconds), int(sequence))


def id_before(entry_id: str) -> str:
    """Returns the greatest possible id below another."""
    milliseconds, sequence = number_of(entry_id)
    if sequence:
        return f"{milliseconds}-{sequence - 1}"
    return f"{milliseconds - 1}-{_SEQUENCE_MAX}" if milliseconds else "0-0"
