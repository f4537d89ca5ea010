"""
277CA (005010X214): for each claim of a file whether it was sent to be decided, or why not.

One 277 for each transaction set that is not rejected as a whole: of the others the 999 speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from doors.x12.claim_origin import ClaimOrigin
from doors.x12.claim_status_277 import ACCEPTED, GUIDE, REJECTED, ClaimStatus, status_set
from doors.x12.interchange_ack import elements_of, envelope_to
from doors.x12.reading import (
    ClaimReading,
    FileReading,
    InterchangeReading,
    SetReading,
    reasons_above,
)
from doors.x12.segment_writer import Address, OutgoingGroup, OutgoingSet, interchange


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
        claim=_origin_of(claim, of, received),
        status=REJECTED if claim.faults else ACCEPTED,
        is_rejected=bool(claim.faults),
        message=message,
    )


def _origin_of(claim: ClaimReading, of: SetReading, received: InterchangeReading) -> ClaimOrigin:
    isa = elements_of(received)
    return ClaimOrigin(
        claim_id=claim.claim_id,
        patient_control_number=claim.control_number,
        sender=Address(isa[4], isa[5], ""),
        receiver=Address(isa[6], isa[7], ""),
        usage=isa[14],
        batch=of.bht[2] if len(of.bht) > 2 else "",
        submitter=of.submitter,
        payer=of.receiver,
        billing_provider=claim.billing,
        tax_id="",
        subscriber=claim.patient,
        patient=claim.patient,
        filing_code="",
        facility="",
        frequency="",
        charge=_amount(claim.charge),
        first_day=_day(claim.first_day),
        last_day=_day(claim.last_day),
        lines=(),
    )


def _amount(text: str) -> Decimal:
    """An amount as it came; 0 where it was none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None
