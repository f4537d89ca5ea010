"""Reads the data of each type of event into the fact that it states."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, get_args

from rules.facts import (
    Attestation,
    Authorization,
    AuthorizationStatus,
    Claim,
    ClaimType,
    Coverage,
    Finalization,
    FinalStatus,
    Frequency,
    Line,
    Report,
    Review,
    ReviewDecision,
    StudyResult,
    StudyStatus,
)
from worker.events.fields import Fields

LINES_MAX: Final = 999

_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
_CLAIM_TYPES: Final[tuple[ClaimType, ...]] = get_args(ClaimType)
_FINAL_STATUSES: Final[tuple[FinalStatus, ...]] = get_args(FinalStatus)
_STUDY_STATUSES: Final[tuple[StudyStatus, ...]] = get_args(StudyStatus)
_STUDY_RESULTS: Final[tuple[StudyResult, ...]] = get_args(StudyResult)
_AUTHORIZATION_STATUSES: Final[tuple[AuthorizationStatus, ...]] = get_args(AuthorizationStatus)
_REVIEW_DECISIONS: Final[tuple[ReviewDecision, ...]] = get_args(ReviewDecision)


def read_claim(data: Fields, _: datetime) -> Claim:
    """A claim."""
    claim_id = data.identifier("claim_id")
    frequency = data.one_of("frequency", _FREQUENCIES)
    received_at = data.day("received_at")
    return Claim(
        claim_id=claim_id,
        frequency=frequency,
        replaces=_replaces(data, frequency, claim_id),
        claim_type=data.one_of("claim_type", _CLAIM_TYPES),
        plan_id=data.identifier("plan_id"),
        received_at=received_at,
        diagnoses=data.diagnoses("diagnoses"),
        lines=_lines(data, received_at),
        place_of_service=data.optional_text("place_of_service"),
        attestations=_attestations(data),
    )


def _replaces(data: Fields, frequency: Frequency, claim_id: str) -> str | None:
    if frequency == "1":
        return None
    replaces = data.identifier("replaces")
    if replaces and replaces == claim_id:
        data.refuse("replaces", "the id of another claim")
    return replaces


def _lines(data: Fields, received_at: date) -> tuple[Line, ...]:
    count = data.count("lines")
    if count is None:
        data.refuse("lines", f"a list of 1 to {LINES_MAX} lines")
        return ()
    if not 1 <= count <= LINES_MAX:
        data.refuse_as("lines", f"1 to {LINES_MAX} lines", f"{count} lines")
    diagnosis_count = data.count("diagnoses")
    numbers: set[int] = set()
    lines = []
    for fields in data.objects("lines"):
        line = _line(fields, received_at, diagnosis_count)
        if line.number in numbers:
            fields.refuse("line", "a number that no other line of the claim has")
        elif line.number:
            numbers.add(line.number)
        lines.append(line)
    return tuple(lines)


def _line(fields: Fields, received_at: date, diagnosis_count: int | None) -> Line:
    return Line(
        number=fields.whole("line", LINES_MAX),
        procedure=fields.code("procedure"),
        modifiers=fields.modifiers("modifiers"),
        date_of_service=fields.day_not_after("date_of_service", received_at, "received_at"),
        diagnosis_pointers=fields.pointers("diagnosis_pointers", diagnosis_count),
        units=fields.whole("units", default=1),
        charge=fields.amount("charge"),
        rendering_npi=fields.optional_text("rendering_npi"),
        revenue_code=fields.optional_text("revenue_code"),
    )


def _attestations(data: Fields) -> tuple[Attestation, ...]:
    if data.missing("attestations"):
        return ()
    if data.count("attestations") is None:
        data.refuse("attestations", "a list of attestations, or null")
        return ()
    return tuple(
        [
            Attestation(
                kind=fields.text("kind"),
                date_of_service=fields.day("date_of_service"),
                reference=fields.optional_text("reference"),
            )
            for fields in data.objects("attestations")
        ]
    )


def read_finalization(data: Fields, _: datetime) -> Finalization:
    """What the core claims system did with a line."""
    return Finalization(
        claim_id=data.identifier("claim_id"),
        line=data.whole("line", LINES_MAX),
        status=data.one_of("status", _FINAL_STATUSES),
    )


def read_report(data: Fields, time: datetime) -> Report:
    """An imaging report."""
    return Report(
        study_id=data.identifier("study_id"),
        procedure=data.code("procedure"),
        modifiers=data.modifiers("modifiers"),
        date_of_service=data.day_not_after(
            "date_of_service", time.date(), "the day (UTC) of the event's time"
        ),
        status=data.one_of("status", _STUDY_STATUSES),
        result=data.one_of("result", _STUDY_RESULTS),
        diagnoses=data.diagnoses("diagnoses"),
    )


def read_coverage(data: Fields, _: datetime) -> Coverage:
    """An enrolment."""
    enrolled_from = data.day("enrolled_from")
    return Coverage(
        plan_id=data.identifier("plan_id"),
        enrolled_from=enrolled_from,
        enrolled_through=None
        if data.missing("enrolled_through")
        else data.day_not_before("enrolled_through", enrolled_from, "enrolled_from"),
    )


def read_authorization(data: Fields, _: datetime) -> Authorization:
    """A prior authorization."""
    valid_from = data.day("valid_from")
    return Authorization(
        authorization_id=data.identifier("authorization_id"),
        procedure=data.code("procedure"),
        valid_from=valid_from,
        valid_through=data.day_not_before("valid_through", valid_from, "valid_from"),
        status=data.one_of("status", _AUTHORIZATION_STATUSES),
    )


def read_review(data: Fields, _: datetime) -> Review:
    """A reviewer's decision."""
    return Review(
        claim_id=data.identifier("claim_id"),
        line=data.whole("line", LINES_MAX),
        decision=data.one_of("decision", _REVIEW_DECISIONS),
        reason=data.text("reason"),
        reviewer_role=data.text("reviewer_role"),
    )
