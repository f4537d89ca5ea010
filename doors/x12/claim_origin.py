"""What a claim's file says of it that no determination carries, and an answer needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from doors.x12.reading import Party
from doors.x12.segment_writer import Address


class LineOrigin(NamedTuple):
    """A service line as it was billed."""

    line: int
    """LX01, or the place of the line where LX does not count."""
    procedure: str
    """SV101-2 or SV202-2; empty on a line with a revenue code alone."""
    modifiers: tuple[str, ...]
    revenue_code: str
    charge: Decimal
    units: Decimal
    date_of_service: date | None
    control_number: str = ""
    """REF*6R, which the provider finds its own line by."""


class ClaimOrigin(NamedTuple):
    """A claim as its file has it."""

    claim_id: str
    """As in its event."""
    patient_control_number: str
    """CLM01, which the provider finds its own claim by; it may repeat within a file."""
    sender: Address
    receiver: Address
    usage: str
    """ISA15."""
    batch: str
    """BHT03."""
    submitter: Party
    payer: Party
    billing_provider: Party
    tax_id: str
    subscriber: Party
    patient: Party
    """The subscriber, where no dependent is named."""
    filing_code: str
    """SBR09."""
    facility: str
    """CLM05-1."""
    frequency: str
    """CLM05-3."""
    charge: Decimal
    """CLM02."""
    first_day: date | None
    last_day: date | None
    lines: tuple[LineOrigin, ...]
