"""The service lines of a claim as those of its event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from doors.x12.claim_faults import claim_fault
from doors.x12.dates import span_of
from doors.x12.diagnoses import HiDiagnoses
from doors.x12.loops import ClaimLoop, Elements, LineLoop, element
from doors.x12.reading import ClaimFault

LINES_MAX: Final = 999
_DIGITS_MAX: Final = 18
"""More than any amount or quantity of X12 may have."""

_AMOUNT: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_UNITS: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]{0,3}0*)?|\.[0-9]{1,3}0*)")
_PROCEDURE: Final = re.compile(r"[0-9A-Za-z]{5}")
_MODIFIER: Final = re.compile(r"[0-9A-Za-z]{2}")
_SPECIALTY: Final = re.compile(r"[0-9A-Za-z]{10}")
_OF_HCPCS: Final = "HC"


class Lines(NamedTuple):
    """The lines of a claim, and what is wrong with them."""

    lines: tuple[Mapping[str, Any], ...]
    first_day: str
    """The first and last date of service; empty: none could be read."""
    last_day: str
    faults: tuple[ClaimFault, ...]


class ClaimTerms(NamedTuple):
    """What the lines of a claim share."""

    component: str
    dates: tuple[str, str] | None
    """The days of the claim; None: it has none that can be read."""
    has_date: bool
    """Whether the claim has a date of service at all."""
    received_at: str
    pointed_at: tuple[str | None, ...]
    rendering: str | None


def lines_of(claim: ClaimLoop, diagnoses: HiDiagnoses, component: str, received_at: str) -> Lines:
    """Reads every line; each fault names its line."""
    dtp = claim.dates.get("472") or claim.dates.get("434")
    terms = ClaimTerms(
        component=component,
        dates=span_of(dtp) if dtp else None,
        has_date=dtp is not None,
        received_at=received_at,
        pointed_at=diagnoses.entries,
        rendering=rendering_of(claim),
    )
    faults: list[ClaimFault] = []
    if not claim.lines:
        faults.append(claim_fault("LINES_MISSING"))
    if claim.lines_seen > LINES_MAX:
        faults.append(claim_fault("LINES_TOO_MANY"))
    numbers: set[int] = set()
    lines = []
    days: list[str] = []
    for loop in claim.lines[:LINES_MAX]:
        reader = _LineReader(loop, terms)
        line = reader.read()
        if line["line"] in numbers:
            reader.fault("LINE_NUMBER_TWICE")
        numbers.add(line["line"])
        faults += reader.faults
        days += reader.days
        lines.append(line)
    return Lines(tuple(lines), min(days, default=""), max(days, default=""), tuple(faults))


def rendering_of(claim: ClaimLoop) -> str | None:
    """The NPI of the claim's rendering provider, else of its billing provider."""
    billing = claim.billing.id if claim.billing.qualifier == "XX" else ""
    return claim.rendering or billing or None


@lru_cache(maxsize=1 << 12)
def amount_of(text: str) -> str | None:
    """An amount of money as the contract writes it; None: it is none."""
    if len(text) > _DIGITS_MAX or not _AMOUNT.fullmatch(text):
        return None
    return f"{Decimal(text):f}"


class _LineReader:
    """Reads one line, and collects what is wrong with it."""

    def __init__(self, loop: LineLoop, terms: ClaimTerms) -> None:
        self._loop = loop
        self._terms = terms
        self._number: int | None = None
        self.faults: list[ClaimFault] = []
        self.days: tuple[str, ...] = ()

    def fault(self, code: str) -> None:
        self.faults.append(claim_fault(code, self._number))

    def read(self) -> dict[str, Any]:
        self._number = self._line_number()
        service = self._loop.service
        line: dict[str, Any] = {"line": self._number or 0}
        if not service:
            self.fault("SERVICE_MISSING")
        elif service[0] == "SV1":
            self._read_procedure(line, element(service, 1))
            self._read_numbers(line, service, 2)
            self._read_pointers(line, element(service, 7))
        elif service[0] == "SV2":
            line["revenue_code"] = element(service, 1) or None
            self._read_procedure(line, element(service, 2))
            self._read_numbers(line, service, 3)
        else:
            self.fault("SERVICE_UNKNOWN")
        if service and not line.get("procedure") and not line.get("revenue_code"):
            self.fault("PROCEDURE_MISSING")
        line["date_of_service"] = self._day()
        line["rendering_npi"] = self._loop.rendering or self._terms.rendering
        self._read_order(line)
        return line

    def _read_order(self, line: dict[str, Any]) -> None:
        """Who ordered it; a code that has not the form of the taxonomy says nothing."""
        if self._loop.ordering:
            line["ordering_npi"] = self._loop.ordering
        if _SPECIALTY.fullmatch(self._loop.ordering_specialty):
            line["ordering_specialty"] = self._loop.ordering_specialty

    def _line_number(self) -> int | None:
        text = self._loop.number
        if not text:
            self.fault("LINE_NUMBER_MISSING")
            return None
        if len(text) <= 6 and text.isascii() and text.isdigit() and 1 <= int(text) <= LINES_MAX:
            return int(text)
        self.fault("LINE_NUMBER_INVALID")
        return None

    def _read_procedure(self, line: dict[str, Any], composite: str) -> None:
        if not composite:
            return
        system, *parts = composite.split(self._terms.component)
        code = parts[0].strip() if parts else ""
        if system.strip() != _OF_HCPCS:
            self.fault("PROCEDURE_SYSTEM_UNKNOWN")
        elif not _PROCEDURE.fullmatch(code):
            self.fault("PROCEDURE_INVALID")
        modifiers = [part.strip() for part in parts[1:5] if part.strip()]
        if not all(map(_MODIFIER.fullmatch, modifiers)):
            self.fault("MODIFIER_INVALID")
        line["procedure"] = code
        line["modifiers"] = modifiers

    def _read_numbers(self, line: dict[str, Any], service: Elements, at: int) -> None:
        """Charge, and two elements on the quantity: its measure is not looked at."""
        charge, units = element(service, at), element(service, at + 2)
        if charge:
            line["charge"] = amount_of(charge)
            if line["charge"] is None:
                self.fault("CHARGE_INVALID")
        if units:
            if len(units) > _DIGITS_MAX or not _UNITS.fullmatch(units):
                self.fault("UNITS_INVALID")
                return
            number = Decimal(units)
            line["units"] = int(number) if number == int(number) else float(number)

    def _read_pointers(self, line: dict[str, Any], composite: str) -> None:
        pointers = []
        for part in filter(None, map(str.strip, composite.split(self._terms.component))):
            if not (part.isascii() and part.isdigit() and len(part) < 4):
                self.fault("POINTER_INVALID")
            elif not 1 <= int(part) <= len(self._terms.pointed_at):
                self.fault("POINTER_TO_NOTHING")
            elif self._terms.pointed_at[int(part) - 1] is not None:
                pointers.append(int(part))
        line["diagnosis_pointers"] = pointers

    def _day(self) -> str:
        """The first day of the line, else of the claim."""
        span = span_of(self._loop.date) if self._loop.date else self._terms.dates
        if span is None:
            has_date = self._loop.date or self._terms.has_date
            self.fault("DATE_INVALID" if has_date else "DATE_MISSING")
            return ""
        self.days = span
        if span[1] < span[0]:
            self.fault("DATE_REVERSED")
        if span[0] > self._terms.received_at:
            self.fault("DATE_AFTER_RECEIPT")
        return span[0]
