"""Reads the data of each type of event into the fact that it states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Final, NamedTuple, get_args

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
    ReviewLevel,
    StudyResult,
    StudyStatus,
    Treatment,
    TreatmentStatus,
)
from rules.library_model import RemittanceCodes
from worker.events.codes import DIAGNOSIS, MODIFIER, PROCEDURE, REMITTANCE
from worker.events.fields import NO_CODE, NO_TIME, Fields

LINES_MAX: Final = 999

_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
_CLAIM_TYPES: Final[tuple[ClaimType, ...]] = get_args(ClaimType)
_FINAL_STATUSES: Final[tuple[FinalStatus, ...]] = get_args(FinalStatus)
_STUDY_STATUSES: Final[tuple[StudyStatus, ...]] = get_args(StudyStatus)
_STUDY_RESULTS: Final[tuple[StudyResult, ...]] = get_args(StudyResult)
_AUTHORIZATION_STATUSES: Final[tuple[AuthorizationStatus, ...]] = get_args(AuthorizationStatus)
_REVIEW_DECISIONS: Final[tuple[ReviewDecision, ...]] = get_args(ReviewDecision)
_REVIEW_LEVELS: Final[tuple[ReviewLevel, ...]] = get_args(ReviewLevel)
_TREATMENT_STATUSES: Final[tuple[TreatmentStatus, ...]] = get_args(TreatmentStatus)

_EVENT_DAY: Final = "the day (UTC) of the event's time"
_IN_FORCE: Final = f"in force on {_EVENT_DAY}"
_REVIEWER_CODES: Final = {
    "carc": "a claim adjustment reason code",
    "rarc": "a list of remittance advice remark codes, which may be empty",
}
_PROCEDURE: Final = f"{PROCEDURE.expected}; without one, a line has a revenue_code"


class Context(NamedTuple):
    """What the data of an event is checked against."""

    time: datetime
    """The event's time; `NO_TIME` if it cannot be read."""
    codes: RemittanceCodes
    """The codes that a reviewer may name."""


def read_claim(data: Fields, _: Context) -> Claim:
    """A claim."""
    claim_id = data.identifier("claim_id")
    frequency = data.one_of("frequency", _FREQUENCIES)
    received_at = data.day("received_at")
    entries = data.entries("diagnoses", DIAGNOSIS)
    return Claim(
        claim_id=claim_id,
        frequency=frequency,
        replaces=_replaces(data, frequency, claim_id),
        claim_type=data.one_of("claim_type", _CLAIM_TYPES),
        plan_id=data.identifier("plan_id"),
        received_at=received_at,
        diagnoses=tuple(filter(None, entries or ())),
        lines=_lines(data, received_at, entries),
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


def _lines(data: Fields, received_at: date, diagnoses: list[str] | None) -> tuple[Line, ...]:
    count = data.count("lines")
    if count is None:
        data.refuse("lines", f"a list of 1 to {LINES_MAX} lines")
        return ()
    if not 1 <= count <= LINES_MAX:
        data.refuse_as("lines", f"1 to {LINES_MAX} lines", f"{count} lines")
    places = None if diagnoses is None else _places(diagnoses)
    numbers: set[int] = set()
    lines = []
    for fields in data.objects("lines"):
        line = _line(fields, received_at, places)
        if line.number in numbers:
            fields.refuse("line", "a number that no other line of the claim has")
        elif line.number:
            numbers.add(line.number)
        lines.append(line)
    return tuple(lines)


def _places(diagnoses: list[str]) -> Sequence[int]:
    """For each entry its position among the entries that are kept; 0 if it is left out."""
    if all(diagnoses):
        return range(1, len(diagnoses) + 1)
    counted = accumulate(1 if code else 0 for code in diagnoses)
    return [place if code else 0 for place, code in zip(counted, diagnoses, strict=True)]


def _line(fields: Fields, received_at: date, places: Sequence[int] | None) -> Line:
    return Line(
        number=fields.whole("line", LINES_MAX),
        procedure=_procedure(fields),
        modifiers=_modifiers(fields),
        date_of_service=fields.day_not_after("date_of_service", received_at, "received_at"),
        diagnosis_pointers=fields.pointers("diagnosis_pointers", places),
        units=fields.units("units"),
        charge=fields.amount("charge"),
        rendering_npi=fields.optional_text("rendering_npi"),
        revenue_code=fields.optional_text("revenue_code"),
    )


def _procedure(fields: Fields) -> str:
    """The code; empty if the line has a revenue code instead."""
    procedure = fields.optional_code("procedure", PROCEDURE)
    if procedure is None and fields.blank("revenue_code"):
        fields.refuse("procedure", _PROCEDURE)
    return procedure or ""


def _modifiers(fields: Fields) -> tuple[str, ...]:
    return () if fields.missing("modifiers") else fields.codes("modifiers", MODIFIER)


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


def read_finalization(data: Fields, _: Context) -> Finalization:
    """What the core claims system did with a line."""
    return Finalization(
        claim_id=data.identifier("claim_id"),
        line=data.whole("line", LINES_MAX),
        status=data.one_of("status", _FINAL_STATUSES),
    )


def read_report(data: Fields, context: Context) -> Report:
    """An imaging report."""
    return Report(
        study_id=data.identifier("study_id"),
        procedure=data.code("procedure", PROCEDURE),
        modifiers=_modifiers(data),
        date_of_service=data.day_not_after("date_of_service", context.time.date(), _EVENT_DAY),
        status=data.one_of("status", _STUDY_STATUSES),
        result=data.one_of("result", _STUDY_RESULTS),
        diagnoses=data.codes("diagnoses", DIAGNOSIS),
    )


def read_coverage(data: Fields, _: Context) -> Coverage:
    """An enrolment."""
    enrolled_from = data.day("enrolled_from")
    return Coverage(
        plan_id=data.identifier("plan_id"),
        enrolled_from=enrolled_from,
        enrolled_through=None
        if data.missing("enrolled_through")
        else data.day_not_before("enrolled_through", enrolled_from, "enrolled_from"),
    )


def read_treatment(data: Fields, context: Context) -> Treatment:
    """What another payer or a registry reports about a treatment."""
    return Treatment(
        treatment_id=data.identifier("treatment_id"),
        procedure=data.code("procedure", PROCEDURE),
        date_of_service=data.day_not_after("date_of_service", context.time.date(), _EVENT_DAY),
        status=data.one_of("status", _TREATMENT_STATUSES),
        diagnoses=data.codes("diagnoses", DIAGNOSIS),
    )


def read_authorization(data: Fields, _: Context) -> Authorization:
    """A prior authorization."""
    valid_from = data.day("valid_from")
    return Authorization(
        authorization_id=data.identifier("authorization_id"),
        procedure=data.code("procedure", PROCEDURE),
        valid_from=valid_from,
        valid_through=data.day_not_before("valid_through", valid_from, "valid_from"),
        status=data.one_of("status", _AUTHORIZATION_STATUSES),
    )


def read_review(data: Fields, context: Context) -> Review:
    """A reviewer's decision."""
    carc, rarc = _reviewer_codes(data, context)
    return Review(
        claim_id=data.identifier("claim_id"),
        line=data.whole("line", LINES_MAX),
        decision=data.one_of("decision", _REVIEW_DECISIONS),
        reason=data.text("reason"),
        reviewer_role=data.text("reviewer_role"),
        reviewer_id=data.optional_text("reviewer_id"),
        credential=data.optional_text("credential"),
        level=data.optional_one_of("level", _REVIEW_LEVELS),
        carc=carc,
        rarc=rarc,
    )


def _reviewer_codes(data: Fields, context: Context) -> tuple[str | None, tuple[str, ...] | None]:
    """The codes of a denial: both kinds or none."""
    has_carc, has_rarc = not data.blank("carc"), not data.missing("rarc")
    if data.says("decision", "approved"):
        for name, is_given in (("carc", has_carc), ("rarc", has_rarc)):
            if is_given:
                data.refuse(name, "null: only a denial has codes")
        return None, None
    if has_carc != has_rarc:
        missing, given = ("rarc", "carc") if has_carc else ("carc", "rarc")
        data.refuse(missing, f"{_REVIEWER_CODES[missing]}, beside {given}")
    carc = data.optional_code("carc", REMITTANCE)
    rarc = data.entries("rarc", REMITTANCE) if has_rarc else None
    _refuse_codes_not_in_force(data, carc, rarc or (), context)
    return carc, None if rarc is None else tuple(rarc)


def _refuse_codes_not_in_force(
    data: Fields, carc: str | None, rarc: Iterable[str], context: Context
) -> None:
    """Checks the readable codes; without a readable day, only empty ones are refused."""
    on, has_day = context.time.date(), context.time is not NO_TIME
    if carc not in (None, NO_CODE) and has_day and not context.codes.is_carc(carc, on):
        data.refuse("carc", f"{_REVIEWER_CODES['carc']} {_IN_FORCE}")
    for index, code in enumerate(rarc):
        if not code or (code != NO_CODE and has_day and not context.codes.is_rarc(code, on)):
            data.refuse_entry("rarc", index, f"a remittance advice remark code {_IN_FORCE}")
