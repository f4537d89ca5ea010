"""
277CA (005010X214): for each claim of a file whether it was sent to be decided, or why not.

One 277 for each transaction set that is not rejected as a whole: of the others the 999 speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from doors.x12.claim_status_277 import ACCEPTED, GUIDE, REJECTED, ClaimStatus, status_set
from doors.x12.interchange_ack import envelope_to
from doors.x12.kept_claims import origin_of
from doors.x12.reading import (
    ClaimReading,
    FileReading,
    InterchangeReading,
    SetReading,
    reasons_above,
)
from doors.x12.segment_writer import OutgoingGroup, OutgoingSet, interchange


def claim_acknowledgements(reading: FileReading, at: datetime) -> bytes:
    """An interchange for each that has claims to speak of; nothing where there are none."""
    written = []
    for place, each in enumerate(reading.interchanges):
        sets = list(_sets_of(each, at))
        if sets:
            envelope = envelope_to(each, at, "277CA", place)
            written.append(interchange(envelope, [OutgoingGroup("HN", GUIDE, sets)]))
    return b"".join(written)


def _sets_of(received: InterchangeReading, at: datetime) -> Iterator[OutgoingSet]:
    for group in received.groups:
        for each in group.sets:
            if not reasons_above(received, group, each):
                claims = [_status_of(claim, each, received) for claim in each.claims]
                if claims:
                    yield status_set(claims, each.control_number, at)


def _status_of(claim: ClaimReading, of: SetReading, received: InterchangeReading) -> ClaimStatus:
    message = " ".join(dict.fromkeys(fault.text for fault in claim.faults))
    return ClaimStatus(
        claim=origin_of(claim, of, received),
        status=REJECTED if claim.faults else ACCEPTED,
        is_rejected=bool(claim.faults),
        message=message,
    )
