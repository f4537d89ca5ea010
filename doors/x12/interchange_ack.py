"""TA1: whether the envelope of an interchange could be read, one interchange for each received."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from doors.x12.reading import FileReading, InterchangeReading
from doors.x12.segment_writer import Address, Envelope, control_number, interchange, segment

NO_FAULT: Final = "000"

_ISA_ELEMENTS: Final = 16
_APPLICATION_LENGTHS: Final = range(2, 16)


def interchange_acks(reading: FileReading, at: datetime) -> bytes:
    """A `TA1` for each interchange of the file, also where none was asked for in ISA14."""
    return b"".join(
        interchange(envelope_to(each, at, "TA1", place), heads=[_ta1(each)])
        for place, each in enumerate(reading.interchanges)
    )


def envelope_to(received: InterchangeReading, at: datetime, kind: str, place: int) -> Envelope:
    """
    The envelope of an answer to the sender of an interchange.

    Its control number follows from the interchange, its place in the file and the kind of answer.
    """
    isa = elements_of(received)
    sender, receiver = group_addresses(received)
    return Envelope(
        sender=Address(isa[6], isa[7], receiver),
        receiver=Address(isa[4], isa[5], sender),
        written_at=at,
        control_number=control_number(*isa, kind, str(place)),
        usage=isa[14],
    )


def elements_of(received: InterchangeReading) -> tuple[str, ...]:
    """All sixteen elements of ISA, empty where they are missing."""
    return (*received.elements, *("",) * _ISA_ELEMENTS)[:_ISA_ELEMENTS]


def group_addresses(received: InterchangeReading) -> tuple[str, str]:
    """GS02 and GS03 of its first group; the ids of ISA where it has none."""
    isa = elements_of(received)
    groups = received.groups
    elements = (*groups[0].elements, "", "", "") if groups else ("", isa[5], isa[7])
    return _application(elements[1], isa[5]), _application(elements[2], isa[7])


def _application(code: str, otherwise: str) -> str:
    """GS02 or GS03 where its length is one that may be written, else the id of ISA."""
    return code if len(code) in _APPLICATION_LENGTHS else otherwise


def _ta1(received: InterchangeReading) -> str:
    isa = elements_of(received)
    rejecting = [each.code for each in received.faults if each.rejects]
    answer = "R" if rejecting else "A"
    code = rejecting[0] if rejecting else NO_FAULT
    return segment("TA1", f"{isa[12].strip():0>9.9}", isa[8], isa[9], answer, code)
