"""Reads the data of each type of event into the fact that it states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
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
from worker.events.codes import DIAGNOSIS, MODIFIER, PROCEDURE, TAXONOMY, THERAPY
from worker.events.context import EVENT_DAY, Context
from worker.events.fields import NO_DAY, NO_TIME, Fields
from worker.events.reviewer_codes import read_reviewer_codes

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
_TREATMENT_OUTCOMES: Final[tuple[TreatmentOutcome, ...]] = get_args(TreatmentOutcome)
_SEXES: Final[tuple[Sex, ...]] = get_args(Sex)

_PROCEDURE: Final = f"{PROCEDURE.expected}; without one, a line has a revenue_code"
_TREATED_BY: Final = f"{PROCEDURE.expected}; without one, a treatment has a therapy"
_BIRTH_DAY: Final = f"the day after {EVENT_DAY}"
_A_DAY: Final = timedelta(days=1)


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
        ordering_npi=fields.optional_text("ordering_npi"),
        ordering_specialty=fields.optional_code("ordering_specialty", TAXONOMY),
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
                value=fields.measure("value"),
                unit=fields.optional_text("unit"),
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
        date_of_service=data.day_not_after("date_of_service", context.time.date(), EVENT_DAY),
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
    treatment_id = data.identifier("treatment_id")
    procedure = data.optional_code("procedure", PROCEDURE)
    therapy = data.optional_code("therapy", THERAPY)
    if procedure is None and therapy is None:
        data.refuse("procedure", _TREATED_BY)
    on = data.day_not_after("date_of_service", context.time.date(), EVENT_DAY)
    return Treatment(
        treatment_id=treatment_id,
        procedure=procedure or "",
        date_of_service=on,
        status=data.one_of("status", _TREATMENT_STATUSES),
        diagnoses=data.codes("diagnoses", DIAGNOSIS),
        ended_on=_end(data, on, context),
        outcome=data.optional_one_of("outcome", _TREATMENT_OUTCOMES),
        therapy=therapy,
    )


def _end(data: Fields, begun_on: date, context: Context) -> date | None:
    """The day on which a treatment ended, which was not before it began."""
    if data.missing("ended_on"):
        return None
    ended_on = data.day_not_after("ended_on", context.time.date(), EVENT_DAY)
    if NO_DAY < ended_on < begun_on:
        data.refuse("ended_on", "a day not before date_of_service")
    return ended_on


def read_person(data: Fields, context: Context) -> Person:
    """Who a member is."""
    return Person(
        birth_date=None if data.missing("birth_date") else _birth_date(data, context),
        sex=data.optional_one_of("sex", _SEXES),
    )


def _birth_date(data: Fields, context: Context) -> date:
    """Where it is day earlier than in UTC, a child may be born tomorrow."""
    if context.time is NO_TIME:
        return data.day("birth_date")
    return data.day_not_after("birth_date", context.time.date() + _A_DAY, _BIRTH_DAY)


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
    carc, rarc = read_reviewer_codes(data, context)
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
