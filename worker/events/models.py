"""
A class for each type of event, with its fields and their types, for Python programs that send them.

Written by `make docs` from the table of event types; edit the table or its readers, not this file.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from worker.events.typed import (
    Amount,
    EventPart,
    Identifier,
    LineNumber,
    OutgoingEvent,
    Text,
    Units,
)

__all__ = [
    "AuthorizationRecorded",
    "AuthorizationRecordedData",
    "ClaimFinalized",
    "ClaimFinalizedData",
    "ClaimSubmitted",
    "ClaimSubmittedAttestation",
    "ClaimSubmittedData",
    "ClaimSubmittedLine",
    "CoverageRecorded",
    "CoverageRecordedData",
    "ImagingReported",
    "ImagingReportedData",
    "MemberRecorded",
    "MemberRecordedData",
    "ReviewCompleted",
    "ReviewCompletedData",
    "TreatmentReported",
    "TreatmentReportedData",
]


class ClaimSubmittedLine(EventPart):
    """One of the `lines` of `ClaimSubmitted`."""

    line: LineNumber
    date_of_service: date
    procedure: str | None = None
    modifiers: tuple[str | None, ...] | None = None
    diagnosis_pointers: tuple[int, ...] | None = None
    units: Units | None = None
    charge: Amount | None = None
    rendering_npi: str | None = None
    revenue_code: str | None = None
    ordering_npi: str | None = None
    ordering_specialty: str | None = None


class ClaimSubmittedAttestation(EventPart):
    """One of the `attestations` of `ClaimSubmitted`."""

    kind: Text
    date_of_service: date
    reference: str | None = None
    value: Amount | None = None
    unit: str | None = None


class ClaimSubmittedData(EventPart):
    """The `data` of `ClaimSubmitted`."""

    member_id: Identifier
    claim_id: Identifier
    frequency: Literal["1", "7", "8"]
    received_at: date
    diagnoses: tuple[str | None, ...]
    claim_type: Literal["professional", "institutional"]
    plan_id: Identifier
    lines: tuple[ClaimSubmittedLine, ...]
    replaces: str | None = None
    place_of_service: str | None = None
    attestations: tuple[ClaimSubmittedAttestation, ...] | None = None


class ClaimSubmitted(OutgoingEvent):
    """The event `claim.submitted.v1`."""

    type: Literal["claim.submitted.v1"] = "claim.submitted.v1"
    data: ClaimSubmittedData


class ClaimFinalizedData(EventPart):
    """The `data` of `ClaimFinalized`."""

    member_id: Identifier
    claim_id: Identifier
    line: LineNumber
    status: Literal["paid", "allowed", "denied"]


class ClaimFinalized(OutgoingEvent):
    """The event `claim.finalized.v1`."""

    type: Literal["claim.finalized.v1"] = "claim.finalized.v1"
    data: ClaimFinalizedData


class ImagingReportedData(EventPart):
    """The `data` of `ImagingReported`."""

    member_id: Identifier
    study_id: Identifier
    procedure: str
    date_of_service: date
    status: Literal["performed", "allowed", "paid", "denied", "voided", "pending", "other_payer"]
    result: Literal["limited", "conclusive", "unknown"]
    diagnoses: tuple[str | None, ...]
    modifiers: tuple[str | None, ...] | None = None


class ImagingReported(OutgoingEvent):
    """The event `imaging.reported.v1`."""

    type: Literal["imaging.reported.v1"] = "imaging.reported.v1"
    data: ImagingReportedData


class CoverageRecordedData(EventPart):
    """The `data` of `CoverageRecorded`."""

    member_id: Identifier
    enrolled_from: date
    plan_id: Identifier
    enrolled_through: date | None = None


class CoverageRecorded(OutgoingEvent):
    """The event `coverage.recorded.v1`."""

    type: Literal["coverage.recorded.v1"] = "coverage.recorded.v1"
    data: CoverageRecordedData


class TreatmentReportedData(EventPart):
    """The `data` of `TreatmentReported`."""

    member_id: Identifier
    treatment_id: Identifier
    date_of_service: date
    status: Literal["performed", "voided"]
    diagnoses: tuple[str | None, ...]
    procedure: str | None = None
    therapy: str | None = None
    ended_on: date | None = None
    outcome: Literal["unknown", "failed", "not_tolerated", "succeeded"] | None = None


class TreatmentReported(OutgoingEvent):
    """The event `treatment.reported.v1`."""

    type: Literal["treatment.reported.v1"] = "treatment.reported.v1"
    data: TreatmentReportedData


class AuthorizationRecordedData(EventPart):
    """The `data` of `AuthorizationRecorded`."""

    member_id: Identifier
    valid_from: date
    authorization_id: Identifier
    procedure: str
    valid_through: date
    status: Literal["approved", "denied", "cancelled"]


class AuthorizationRecorded(OutgoingEvent):
    """The event `authorization.recorded.v1`."""

    type: Literal["authorization.recorded.v1"] = "authorization.recorded.v1"
    data: AuthorizationRecordedData


class ReviewCompletedData(EventPart):
    """The `data` of `ReviewCompleted`."""

    member_id: Identifier
    claim_id: Identifier
    line: LineNumber
    decision: Literal["approved", "denied"]
    reason: Text
    reviewer_role: Text
    carc: str | None = None
    rarc: tuple[str, ...] | None = None
    reviewer_id: str | None = None
    credential: str | None = None
    level: Literal["first", "appeal"] | None = None


class ReviewCompleted(OutgoingEvent):
    """The event `review.completed.v1`."""

    type: Literal["review.completed.v1"] = "review.completed.v1"
    data: ReviewCompletedData


class MemberRecordedData(EventPart):
    """The `data` of `MemberRecorded`."""

    member_id: Identifier
    birth_date: date | None = None
    sex: Literal["unknown", "female", "male", "other"] | None = None


class MemberRecorded(OutgoingEvent):
    """The event `member.recorded.v1`."""

    type: Literal["member.recorded.v1"] = "member.recorded.v1"
    data: MemberRecordedData
