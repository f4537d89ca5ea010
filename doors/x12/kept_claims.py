"""The claims of a reading, as they are kept for the answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Final

import msgspec

from doors.x12.amounts import amount_of, day_in
from doors.x12.claim_origin import ClaimOrigin, LineOrigin
from doors.x12.interchange_ack import elements_of, group_addresses
from doors.x12.reading import (
    NOBODY,
    ClaimReading,
    FileReading,
    InterchangeReading,
    SetReading,
    reasons_above,
)
from doors.x12.segment_writer import Address
from doors.x12.submitted_claims import SubmittedClaim, submitted_claims


class _Line(msgspec.Struct, frozen=True):
    line: int
    date_of_service: date
    charge: str | None = None
    units: Decimal = Decimal(1)
    procedure: str | None = None
    modifiers: list[str] | None = None
    revenue_code: str | None = None


class _Data(msgspec.Struct, frozen=True):
    member_id: str
    frequency: str
    lines: list[_Line]


class _Event(msgspec.Struct, frozen=True):
    data: _Data


_event_from_bytes: Final = msgspec.json.Decoder(_Event, strict=False).decode


def keep_claims(path: Path, reading: FileReading) -> None:
    """
    Keeps what answers need of each claim that is sent, in a file for its owner alone.

    Do it before the claims are sent: then no determination can come before. Raises `OSError` and
    `UnusableDatabase`.
    """
    with submitted_claims(path) as claims:
        claims.remember(kept_claims(reading))


def kept_claims(reading: FileReading) -> Iterator[SubmittedClaim]:
    """Each claim of a file that is sent, with what an answer to it needs."""
    for interchange in reading.interchanges:
        for group in interchange.groups:
            for each in group.sets:
                if not reasons_above(interchange, group, each):
                    yield from _of_set(each, interchange)


def _of_set(of: SetReading, interchange: InterchangeReading) -> Iterator[SubmittedClaim]:
    sent = (claim for claim in of.claims if not claim.faults)
    for claim, event in zip(sent, of.events, strict=True):
        data = _event_from_bytes(event).data
        yield SubmittedClaim(data.member_id, origin_of(claim, of, interchange, data))


def origin_of(
    claim: ClaimReading, of: SetReading, interchange: InterchangeReading, data: _Data | None = None
) -> ClaimOrigin:
    """A claim with its surroundings; `data`: of its event, where it has one."""
    isa = elements_of(interchange)
    sender, receiver = group_addresses(interchange)
    return ClaimOrigin(
        claim_id=claim.claim_id,
        patient_control_number=claim.control_number,
        sender=Address(isa[4], isa[5], sender),
        receiver=Address(isa[6], isa[7], receiver),
        usage=isa[14],
        batch=of.bht[2] if len(of.bht) > 2 else "",
        submitter=of.submitter,
        payer=of.receiver if claim.payer == NOBODY else claim.payer,
        billing_provider=claim.billing,
        tax_id=claim.tax_id,
        subscriber=claim.patient if claim.subscriber == NOBODY else claim.subscriber,
        patient=claim.patient,
        filing_code=claim.filing_code,
        facility=claim.facility,
        frequency=data.frequency if data else "",
        charge=amount_of(claim.charge),
        first_day=day_in(claim.first_day),
        last_day=day_in(claim.last_day),
        lines=tuple(_lines_of(claim, data)) if data else (),
    )


def _lines_of(claim: ClaimReading, data: _Data) -> Iterator[LineOrigin]:
    numbers = claim.line_control_numbers[: len(data.lines)]
    for line, number in zip_longest(data.lines, numbers, fillvalue=""):
        assert isinstance(line, _Line)
        yield LineOrigin(
            line=line.line,
            procedure=line.procedure or "",
            modifiers=tuple(line.modifiers or ()),
            revenue_code=line.revenue_code or "",
            charge=amount_of(line.charge or ""),
            units=line.units,
            date_of_service=line.date_of_service,
            control_number=str(number),
        )
