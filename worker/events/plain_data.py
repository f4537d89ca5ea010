"""
The data of plain events as typed structures, one for each type of event.

A structure takes only what every producer should send: each field of its type, codes of a sensible
length, no empty entries. It raises `ValueError` where a value is out of the ordinary, which is not
to say refused: such an event is read field by field, see `facts`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct

from rules.facts import (
    Authorization,
    AuthorizationStatus,
    Coverage,
    Fact,
    Finalization,
    FinalStatus,
    Person,
    Report,
    Review,
    ReviewDecision,
    ReviewLevel,
    Sex,
    StudyResult,
    StudyStatus,
    Treatment,
    TreatmentOutcome,
    TreatmentStatus,
)
from worker.events.plain_values import (
    PlainCode,
    PlainIdentifier,
    PlainLineNumber,
    not_blank,
    or_none,
    plain_day,
    plain_day_not_after,
    plain_diagnosis,
    plain_modifier,
    plain_procedure,
    plain_therapy,
)


class PlainPart(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A JSON object of a plain event; with a field that the contract does not name it is none."""


class PlainData(PlainPart, frozen=True):
    """The data of a plain event."""

    member_id: PlainIdentifier

    def fact(self, time: datetime) -> Fact:
        """What an event of that time states; raises `ValueError`."""
        raise NotImplementedError


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
    date_of_service: date
    status: TreatmentStatus
    diagnoses: list[PlainCode]
    procedure: PlainCode | None = None
    ended_on: date | None = None
    outcome: TreatmentOutcome | None = None
    therapy: PlainCode | None = None

    def fact(self, time: datetime) -> Treatment:
        """What another payer or a registry reports."""
        not_blank(self.treatment_id)
        if self.procedure is None and self.therapy is None:
            raise ValueError("neither a procedure nor a therapy")
        return Treatment(
            self.treatment_id,
            "" if self.procedure is None else plain_procedure(self.procedure),
            plain_day_not_after(self.date_of_service, time.date()),
            self.status,
            tuple(map(plain_diagnosis, self.diagnoses)),
            self._end(time),
            self.outcome or "unknown",
            None if self.therapy is None else plain_therapy(self.therapy),
        )

    def _end(self, time: datetime) -> date | None:
        if self.ended_on is None:
            return None
        if self.ended_on < self.date_of_service:
            raise ValueError("an end before the beginning")
        return plain_day_not_after(self.ended_on, time.date())


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


class PlainPerson(PlainData, frozen=True):
    """`member.recorded.v1`."""

    birth_date: date | None = None
    sex: Sex | None = None

    def fact(self, time: datetime) -> Person:
        """Who the member is."""
        born = self.birth_date
        return Person(
            None if born is None else plain_day_not_after(born, time.date() + timedelta(days=1)),
            self.sex or "unknown",
        )
