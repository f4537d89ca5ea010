"""The fixed first segment of an interchange, which declares what separates the rest."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from doors.x12.reading import Separators

ISA_LENGTH: Final = 106
_WIDTHS: Final = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_PLACES: Final = tuple(accumulate(_WIDTHS, lambda at, width: at + width + 1, initial=3))[:-1]
"""Where the sixteen element separators stand."""

_FIRST_WITH_REPETITION: Final = "00402"


class NotAnInterchange(ValueError):
    """What should be an ISA is none; the message says why, in a sentence without its content."""


def read_isa(text: str) -> tuple[tuple[str, ...], Separators]:
    """
    The sixteen elements of an ISA and the separators that it declares.

    Raises `NotAnInterchange`.
    """
    if not text.startswith("ISA"):
        raise NotAnInterchange("It does not begin with ISA, so it is no X12 interchange.")
    if len(text) < ISA_LENGTH:
        raise NotAnInterchange("It ends within its first segment (ISA).")
    mark = text[3]
    if any(text[at] != mark for at in _PLACES) or text.count(mark, 0, ISA_LENGTH) != len(_PLACES):
        raise NotAnInterchange(
            "Its first segment (ISA) is not of the fixed length of 106 characters with an element "
            "separator at each of its places."
        )
    elements = tuple(
        text[at + 1 : at + 1 + width].strip() for at, width in zip(_PLACES, _WIDTHS, strict=True)
    )
    component, segment = text[ISA_LENGTH - 2], text[ISA_LENGTH - 1]
    repetition = text[_PLACES[10] + 1] if elements[11] >= _FIRST_WITH_REPETITION else None
    different = [mark, component, segment]
    if len(set(different)) < len(different) or any(
        each.isalnum() or each == " " for each in different
    ):
        raise NotAnInterchange(
            "Its first segment (ISA) declares separators that are letters, digits or blanks, or "
            "two that are the same."
        )
    return elements, Separators(mark, component, repetition, segment)
