"""Counts and control numbers of an interchange, as pyx12's reader checks them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, Literal

from pyx12.segment import Segment
from pyx12.x12file import X12Base, X12Reader

from doors.x12.reading import EnvelopeFault, Separators

EnvelopeLevel = Literal["isa", "gs", "st"]

_TEXTS: Final = MappingProxyType(
    {
        ("isa", "001"): "IEA02 is not the control number of its ISA13.",
        ("isa", "018"): "IEA02 is not nine digits.",
        ("isa", "021"): "IEA01 is not the number of groups in the interchange.",
        ("isa", "023"): "The interchange has no end (IEA): it is cut off.",
        ("isa", "024"): "The interchange has segments where there may be none.",
        ("isa", "025"): "The control number of the interchange (ISA13) occurs twice in the file.",
        ("gs", "DATE"): "Neither GS04 and GS05 nor ISA09 and ISA10 say when the claims were sent.",
        ("gs", "1"): "The group is not one of claims (GS01 HC).",
        ("gs", "3"): "The group has no end (GE).",
        ("gs", "4"): "GE02 is not the control number of its GS06.",
        ("gs", "5"): "GE01 is not the number of transaction sets in the group.",
        ("gs", "6"): "The control number of the group (GS06) occurs twice in the interchange.",
        ("st", "1"): "The transaction set is not one of claims (ST01 837).",
        ("st", "2"): "The transaction set has no end (SE).",
        ("st", "3"): "SE02 is not the control number of its ST02.",
        ("st", "4"): "SE01 is not the number of segments in the transaction set.",
        ("st", "7"): "The transaction set has no control number (ST02).",
        ("st", "23"): "The control number of the transaction set (ST02) occurs twice in the group.",
        ("st", "I6"): "The version is none that is read here: 005010X222 and 005010X223 with any "
        "addendum, 004010X098 and 004010X096 with any addendum.",
    }
)
"""A sentence for each code of TA105, AK905 and IK502 that is given."""

_CONTROL_NUMBER: Final = re.compile("[0-9]{9}")

_CODES: Final = MappingProxyType({"DATE": "6"})
"""The codes of faults that have no code of their own."""


def envelope_fault(level: EnvelopeLevel, code: str, *, rejects: bool = True) -> EnvelopeFault:
    """A fault with its sentence."""
    return EnvelopeFault(_CODES.get(code, code), _TEXTS[level, code], rejects)


class _Numbers(list[str | None]):
    """Control numbers, which are looked up once for each that comes."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str | None] = set()

    def append(self, number: str | None) -> None:
        """Remembers a number."""
        self._seen.add(number)

    def __contains__(self, number: object) -> bool:
        return number in self._seen


class EnvelopeCheck(X12Reader):
    """
    pyx12's reader without its loop over the file.

    That loop ends at the first empty segment, and at one longer than its buffer, without a word. So
    segments come from `SegmentStream`, and only those of the envelope are given to pyx12.
    """

    def __init__(self) -> None:
        # Not that of the reader, which opens a file and takes its first segment.
        X12Base.__init__(self)

    def separate(self, separators: Separators) -> None:
        """Takes the separators of the interchange that begins."""
        self.ele_term, self.subele_term = separators.element, separators.component
        self.seg_term = separators.segment
        self.loops.clear()

    def check(self, text: str, segments: int = 0) -> list[tuple[EnvelopeLevel, EnvelopeFault]]:
        """
        What is wrong once this segment of the envelope has come.

        `segments`: how many others came since the one before.
        """
        self.seg_count += segments
        name = text[:2]
        segment = Segment(text, str(self.seg_term), str(self.ele_term), str(self.subele_term))
        self._parse_segment(segment)
        if name == "GS":
            self.st_ids = _Numbers()
        told = list(_told(self.pop_errors()))
        if name == "IE" and not _CONTROL_NUMBER.fullmatch(segment.get_value("IEA02") or ""):
            told.insert(0, ("isa", envelope_fault("isa", "018")))
        return told

    def leave(self) -> None:
        """Leaves the innermost loop, whose end is missing."""
        self.loops.pop()


def _told(
    errors: Iterable[tuple[str, str, str, str | None, int | None]],
) -> Iterable[tuple[EnvelopeLevel, EnvelopeFault]]:
    """The faults in our sentences: those of pyx12 quote the file."""
    for level, code, *_ in errors:
        match level:
            case "isa" | "gs" | "st":
                yield level, envelope_fault(level, code)
            case _:
                pass  # of the segment's form, and told elsewhere
