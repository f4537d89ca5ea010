"""
277CA (005010X214): for each claim of a file whether it was sent to be decided, or why not.

One 277 for each thousand claims of a transaction set that is not rejected as a whole: of the others
the 999 speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count, islice
from typing import Final

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
from doors.x12.segment_writer import OutgoingGroup, OutgoingSet, interchange_in_pieces

CLAIMS_MAX: Final = 1_000
"""Claims of one 277, so that no more of them are held at a time."""


def has_claims(reading: FileReading) -> bool:
    """Whether there is a claim to speak of."""
    return any(True for each in reading.interchanges for _ in _spoken_of(each))


def claim_acknowledgements(reading: FileReading, at: datetime) -> Iterator[bytes]:
    """An interchange for each that has claims to speak of, in pieces."""
    for place, each in enumerate(reading.interchanges):
        if any(True for _ in _spoken_of(each)):
            envelope = envelope_to(each, at, "277CA", place)
            group = OutgoingGroup("HN", GUIDE, _sets_of(each, at))
            yield from interchange_in_pieces(envelope, [group])


def _spoken_of(received: InterchangeReading) -> Iterator[SetReading]:
    for group in received.groups:
        for each in group.sets:
            if len(each.claims) and not reasons_above(received, group, each):
                yield each


def _sets_of(received: InterchangeReading, at: datetime) -> Iterator[OutgoingSet]:
    for each in _spoken_of(received):
        claims = iter(each.claims)
        for number in count(1):
            statuses = [_status_of(claim, each, received) for claim in islice(claims, CLAIMS_MAX)]
            if not statuses:
                break
            yield status_set(statuses, f"{each.control_number}-{number}", at)


def _status_of(claim: ClaimReading, of: SetReading, received: InterchangeReading) -> ClaimStatus:
    message = " ".join(dict.fromkeys(fault.text for fault in claim.faults))
    return ClaimStatus(
        claim=origin_of(claim, of, received),
        status=REJECTED if claim.faults else ACCEPTED,
        is_rejected=bool(claim.faults),
        message=message,
    )
