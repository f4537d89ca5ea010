"""
The data of plain events as typed structures, one for each type of event.

A structure takes only what every producer should send: each field of its type, codes of a sensible
length, no empty entries. It raises `ValueError` where a value is out of the ordinary, which is not
to say refused: such an event is read field by field, see `facts`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

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
from worker.events.facts import LINES_MAX
from worker.events.plain_values import (
    PlainCode,
    PlainIdentifier,
    PlainLineNumber,
    PlainUnits,
    not_blank,
    or_none,
    plain_amount,
    plain_day,
    plain_day_not_after,
    plain_diagnosis,
    plain_modifier,
    plain_procedure,
    plain_units,
)


class PlainPart(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A JSON object of a plain event; with a field that the contract does not name it is none."""


class PlainData(PlainPart, frozen=True):
    """The data of a plain event."""

    member_id: PlainIdentifier

    def fact(self, time: datetime) -> Fact:
        """What an event of that time states; raises `ValueError`."""
        raise NotImplementedError


class PlainLine(PlainPart, frozen=True):
    """One of the `lines` of a claim."""

    line: PlainLineNumber
    procedure: PlainCode
    date_of_service: date
    modifiers: list[PlainCode] | None = None
    diagnosis_pointers: list[int] | None = None
    units: PlainUnits | None = None
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
            plain_procedure(self.procedure),
            tuple(map(plain_modifier, self.modifiers or ())),
            plain_day_not_after(self.date_of_service, claim.received_at),
            pointers,
            plain_units(self.units),
            plain_amount(self.charge),
            or_none(self.rendering_npi),
            or_none(self.revenue_code),
        )


class PlainAttestation(PlainPart, frozen=True):
    """One of the `attestations` of a claim."""

    kind: str
    date_of_service: date
    reference: str | None = None

    def fact(self) -> Attestation:
        """What is attested."""
        not_blank(self.kind)
        return Attestation(self.kind, plain_day(self.date_of_service), or_none(self.reference))


class PlainClaim(PlainData, frozen=True):
    """`claim.submitted.v1`."""

    claim_id: PlainIdentifier
    frequency: Frequency
    claim_type: ClaimType
    plan_id: PlainIdentifier
    received_at: date
    diagnoses: list[PlainCode]
    lines: Annotated[list[PlainLine], Meta(min_length=1, max_length=LINES_MAX)]
    replaces: PlainIdentifier | None = None
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
            plain_day(self.received_at),
            tuple(map(plain_diagnosis, self.diagnoses)),
            tuple([line.of(self) for line in self.lines]),
            or_none(self.place_of_service),
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

    claim_id: PlainIdentifier
    line: PlainLineNumber
    status: FinalStatus

    def fact(self, time: datetime) -> Finalization:
        """What the core claims system did with a line."""
        not_blank(self.claim_id)
        return Finalization(self.claim_id, self.line, self.status)


class PlainReport(PlainData, frozen=True):
    """`imaging.reported.v1`."""

    study_id: PlainIdentifier
    procedure: PlainCode
    date_of_service: date
    status: StudyStatus
    result: StudyResult
    diagnoses: list[PlainCode]
    modifiers: list[PlainCode] | None = None

    def fact(self, time: datetime) -> Report:
        """The imaging report."""
        not_blank(self.study_id)
        return Report(
            self.study_id,
            plain_procedure(self.procedure),
            tuple(map(plain_modifier, self.modifiers or ())),
            plain_day_not_after(self.date_of_service, time.date()),
            self.status,
            self.result,
            tuple(map(plain_diagnosis, self.diagnoses)),
        )


class PlainCoverage(PlainData, frozen=True):
    """`coverage.recorded.v1`."""

    plan_id: PlainIdentifier
    enrolled_from: date
    enrolled_through: date | None = None

    def fact(self, time: datetime) -> Coverage:
        """The enrolment."""
        not_blank(self.plan_id)
        last = self.enrolled_through
        first = (
            plain_day(self.enrolled_from)
            if last is None
            else plain_day_not_after(self.enrolled_from, last)
        )
        return Coverage(self.plan_id, first, None if last is None else plain_day(last))


class PlainTreatment(PlainData, frozen=True):
    """`treatment.reported.v1`."""

    treatment_id: PlainIdentifier
    procedure: PlainCode
    date_of_service: date
    status: TreatmentStatus
    diagnoses: list[PlainCode]

    def fact(self, time: datetime) -> Treatment:
        """What another payer or a registry reports."""
        not_blank(self.treatment_id)
        return Treatment(
            self.treatment_id,
            plain_procedure(self.procedure),
            plain_day_not_after(self.date_of_service, time.date()),
            self.status,
            tuple(map(plain_diagnosis, self.diagnoses)),
        )


class PlainAuthorization(PlainData, frozen=True):
    """`authorization.recorded.v1`."""

    authorization_id: PlainIdentifier
    procedure: PlainCode
    valid_from: date
    valid_through: date
    status: AuthorizationStatus

    def fact(self, time: datetime) -> Authorization:
        """The prior authorization."""
        not_blank(self.authorization_id)
        return Authorization(
            self.authorization_id,
            plain_procedure(self.procedure),
            plain_day_not_after(self.valid_from, self.valid_through),
            plain_day(self.valid_through),
            self.status,
        )


class PlainReview(PlainData, frozen=True):
    """`review.completed.v1`, without codes of the reviewer's own."""

    claim_id: PlainIdentifier
    line: PlainLineNumber
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
            or_none(self.reviewer_id),
            or_none(self.credential),
            self.level or "first",
        )
