"""
The data of plain events as typed structures, one for each type of event.

A structure takes only what every producer should send: each field of its type, codes of a sensible
length, no empty entries. It raises `ValueError` where a value is out of the ordinary, which is not
to say refused: such an event is read field by field, see `facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta, Struct

from rules.facts import (
    Attestation,
    Authorization,
    AuthorizationStatus,
    Claim,
    ClaimType,
    Coverage,
    Fact,
    Finalization,
    FinalStatus,
    Frequency,
    Line,
    Report,
    Review,
    ReviewDecision,
    ReviewLevel,
    StudyResult,
    StudyStatus,
    Treatment,
    TreatmentStatus,
)
from worker.events.codes import DIAGNOSIS, MODIFIER, PROCEDURE, CodeForm
from worker.events.facts import LINES_MAX
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.numbers import read_amount, read_units
from worker.events.times import FIRST_YEAR, LAST_YEAR

CODES_REMEMBERED: Final = 4096

Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_CHARACTERS_MAX)]
"""Whether it is blank is still to be asked; see `not_blank`."""
_Code = Annotated[str, Meta(max_length=16)]
_LineNumber = Annotated[int, Meta(ge=1, le=LINES_MAX)]
_Units = Annotated[int, Meta(ge=0, le=1_000_000)] | Annotated[float, Meta(ge=0, le=1_000_000)]

_ONE_UNIT: Final = Decimal(1)


class PlainPart(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A JSON object of a plain event; with a field that the contract does not name it is none."""


class PlainData(PlainPart, frozen=True):
    """The data of a plain event."""

    member_id: Identifier

    def fact(self, time: datetime) -> Fact:
        """What an event of that time states; raises `ValueError`."""
        raise NotImplementedError


class PlainLine(PlainPart, frozen=True):
    """One of the `lines` of a claim."""

    line: _LineNumber
    procedure: _Code
    date_of_service: date
    modifiers: list[_Code] | None = None
    diagnosis_pointers: list[int] | None = None
    units: _Units | None = None
    charge: str | None = None
    rendering_npi: str | None = None
    revenue_code: str | None = None

    def of(self, claim: PlainClaim) -> Line:
        """The line, as it stands in its claim."""
        pointers = tuple(self.diagnosis_pointers or ())
        if pointers and not 1 <= min(pointers) <= max(pointers) <= len(claim.diagnoses):
            raise ValueError("a pointer to no diagnosis")
        return Line(
            self.line,
            _procedure(self.procedure),
            tuple(map(_modifier, self.modifiers or ())),
            _day_not_after(self.date_of_service, claim.received_at),
            pointers,
            _units(self.units),
            _amount(self.charge),
            _optional(self.rendering_npi),
            _optional(self.revenue_code),
        )


class PlainAttestation(PlainPart, frozen=True):
    """One of the `attestations` of a claim."""

    kind: str
    date_of_service: date
    reference: str | None = None

    def fact(self) -> Attestation:
        """What is attested."""
        not_blank(self.kind)
        return Attestation(self.kind, _day(self.date_of_service), _optional(self.reference))


class PlainClaim(PlainData, frozen=True):
    """`claim.submitted.v1`."""

    claim_id: Identifier
    frequency: Frequency
    claim_type: ClaimType
    plan_id: Identifier
    received_at: date
    diagnoses: list[_Code]
    lines: Annotated[list[PlainLine], Meta(min_length=1, max_length=LINES_MAX)]
    replaces: Identifier | None = None
    place_of_service: str | None = None
    attestations: list[PlainAttestation] | None = None

    def fact(self, time: datetime) -> Claim:
        """The claim."""
        not_blank(self.claim_id, self.plan_id)
        if len({line.line for line in self.lines}) < len(self.lines):
            raise ValueError("a line number twice")
        return Claim(
            self.claim_id,
            self.frequency,
            self._replaced(),
            self.claim_type,
            self.plan_id,
            _day(self.received_at),
            tuple(map(_diagnosis, self.diagnoses)),
            tuple([line.of(self) for line in self.lines]),
            _optional(self.place_of_service),
            tuple([attestation.fact() for attestation in self.attestations or ()]),
        )

    def _replaced(self) -> str | None:
        if self.frequency == "1":
            return None
        if self.replaces is None or self.replaces == self.claim_id:
            raise ValueError("no other claim is named")
        not_blank(self.replaces)
        return self.replaces


class PlainFinalization(PlainData, frozen=True):
    """`claim.finalized.v1`."""

    claim_id: Identifier
    line: _LineNumber
    status: FinalStatus

    def fact(self, time: datetime) -> Finalization:
        """What the core claims system did with a line."""
        not_blank(self.claim_id)
        return Finalization(self.claim_id, self.line, self.status)


class PlainReport(PlainData, frozen=True):
    """`imaging.reported.v1`."""

    study_id: Identifier
    procedure: _Code
    date_of_service: date
    status: StudyStatus
    result: StudyResult
    diagnoses: list[_Code]
    modifiers: list[_Code] | None = None

    def fact(self, time: datetime) -> Report:
        """The imaging report."""
        not_blank(self.study_id)
        return Report(
            self.study_id,
            _procedure(self.procedure),
            tuple(map(_modifier, self.modifiers or ())),
            _day_not_after(self.date_of_service, time.date()),
            self.status,
            self.result,
            tuple(map(_diagnosis, self.diagnoses)),
        )


class PlainCoverage(PlainData, frozen=True):
    """`coverage.recorded.v1`."""

    plan_id: Identifier
    enrolled_from: date
    enrolled_through: date | None = None

    def fact(self, time: datetime) -> Coverage:
        """The enrolment."""
        not_blank(self.plan_id)
        last = self.enrolled_through
        first = (
            _day(self.enrolled_from) if last is None else _day_not_after(self.enrolled_from, last)
        )
        return Coverage(self.plan_id, first, None if last is None else _day(last))


class PlainTreatment(PlainData, frozen=True):
    """`treatment.reported.v1`."""

    treatment_id: Identifier
    procedure: _Code
    date_of_service: date
    status: TreatmentStatus
    diagnoses: list[_Code]

    def fact(self, time: datetime) -> Treatment:
        """What another payer or a registry reports."""
        not_blank(self.treatment_id)
        return Treatment(
            self.treatment_id,
            _procedure(self.procedure),
            _day_not_after(self.date_of_service, time.date()),
            self.status,
            tuple(map(_diagnosis, self.diagnoses)),
        )


class PlainAuthorization(PlainData, frozen=True):
    """`authorization.recorded.v1`."""

    authorization_id: Identifier
    procedure: _Code
    valid_from: date
    valid_through: date
    status: AuthorizationStatus

    def fact(self, time: datetime) -> Authorization:
        """The prior authorization."""
        not_blank(self.authorization_id)
        return Authorization(
            self.authorization_id,
            _procedure(self.procedure),
            _day_not_after(self.valid_from, self.valid_through),
            _day(self.valid_through),
            self.status,
        )


class PlainReview(PlainData, frozen=True):
    """`review.completed.v1`, without codes of the reviewer's own."""

    claim_id: Identifier
    line: _LineNumber
    decision: ReviewDecision
    reason: str
    reviewer_role: str
    reviewer_id: str | None = None
    credential: str | None = None
    level: ReviewLevel | None = None
    carc: None = None
    rarc: None = None

    def fact(self, time: datetime) -> Review:
        """The reviewer's decision."""
        not_blank(self.claim_id, self.reason, self.reviewer_role)
        return Review(
            self.claim_id,
            self.line,
            self.decision,
            self.reason,
            self.reviewer_role,
            _optional(self.reviewer_id),
            _optional(self.credential),
            self.level or "first",
        )


def not_blank(*texts: str) -> None:
    """Raises `ValueError` if one of them is empty or blank."""
    for text in texts:
        if not text or text.isspace():
            raise ValueError("a blank text")


def _optional(text: str | None) -> str | None:
    return None if not text or text.isspace() else text


def _day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("a day of another century")
    return day


def _day_not_after(day: date, last: date) -> date:
    if day > last:
        raise ValueError("a day after another")
    return _day(day)


def _units(units: float | None) -> Decimal:
    if units is None or units == 1:
        return _ONE_UNIT
    number = read_units(units)
    if number is None:
        raise ValueError("units of too many decimals")
    return number


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    amount = read_amount(text)
    if amount is None:
        raise ValueError("an amount of another form")
    return amount


def _remembered(form: CodeForm) -> Callable[[str], str]:
    """The normal form of a code; the texts are short and the same ones come again."""

    @lru_cache(CODES_REMEMBERED)
    def normal(text: str) -> str:
        code = form.compared(text.strip())
        if code is None:
            raise ValueError("no code")
        return code

    return normal


_procedure, _modifier, _diagnosis = map(_remembered, (PROCEDURE, MODIFIER, DIAGNOSIS))
