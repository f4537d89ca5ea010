"""Readings of files as they are written by hand, for tests of what answers them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msgspec

from doors.x12.reading import (
    ClaimFault,
    ClaimReading,
    EnvelopeFault,
    FileReading,
    GroupReading,
    InterchangeReading,
    Party,
    SegmentFault,
    Separators,
    SetReading,
    claim_from_bytes,
)
from doors.x12.spool import Spool, Spooled

ISA = (
    *("00", "", "00", "", "ZZ", "SENDER", "ZZ", "RECEIVER", "250701", "1147", "^", "00501"),
    *("000000907", "1", "T", ":"),
)
GS = ("HC", "SENDAPP", "RECAPP", "20250701", "1147", "17", "X", "005010X222A2")
SUBMITTER = Party("2", "PREMIER BILLING", "", "", "", "46", "TGJ23")
RECEIVER = Party("2", "KEY INSURANCE", "", "", "", "46", "66783JJT")
BILLING = Party("1", "KILDARE", "BEN", "", "", "XX", "1999996666")
PATIENT = Party("1", "SMITH", "JANE", "", "", "MI", "SPL-2")


class MemorySpool(Spool):
    """A spool that nobody has to close."""

    def __init__(self) -> None:
        super().__init__()
        self._file.close()
        self._file = io.BytesIO()


def claim_reading(number: int = 1, *faults: ClaimFault, **changed) -> ClaimReading:
    fields = {
        "position": number,
        "claim_id": f"C-{number}",
        "event_id": f"e-{number}",
        "control_number": f"PAT-{number}",
        "trace_number": "",
        "bill_type": "",
        "charge": "850.00",
        "first_day": "20250616",
        "last_day": "20250616",
        "patient": PATIENT,
        "billing": BILLING,
        "lines": 1,
        "faults": faults,
    }
    return ClaimReading(**{**fields, **changed})


def set_reading(
    claims: Sequence[ClaimReading] = (),
    faults: Sequence[EnvelopeFault] = (),
    segment_faults: Sequence[SegmentFault] = (),
    control_number: str = "0021",
) -> SetReading:
    spool = MemorySpool()
    begin = spool.end
    for claim in claims:
        spool.add(msgspec.msgpack.encode(claim))
    return SetReading(
        kind="837",
        control_number=control_number,
        version="005010X222A2",
        segments=30,
        bht=("0019", "00", "BATCH-1", "20250701", "1023", "CH"),
        submitter=SUBMITTER,
        receiver=RECEIVER,
        faults=tuple(faults),
        segment_faults=tuple(segment_faults),
        claims=Spooled(spool, claim_from_bytes, (begin, spool.end), len(claims)),
        events=Spooled(spool, bytes, (0, 0), 0),
    )


def file_reading(
    *sets: SetReading,
    group_faults: Sequence[EnvelopeFault] = (),
    faults: Sequence[EnvelopeFault] = (),
    elements: Sequence[str] = ISA,
    groups: int = 1,
) -> FileReading:
    group = GroupReading(GS, sets, tuple(group_faults), declared=len(sets))
    interchange = InterchangeReading(
        elements=tuple(elements),
        separators=Separators("*", ":", "^", "~"),
        groups=(group,) * groups,
        faults=tuple(faults),
    )
    return FileReading("a.837", (interchange,), None, (), (MemorySpool(), MemorySpool()))
