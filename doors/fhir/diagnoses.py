"""
The diagnoses of a claim, and which of them a line points at.

A code stands in the Claim, or in a Condition that the Claim refers to and that is in the message.
Diagnoses that bear on no service (on admission, as the reason of a visit, an external cause) are
left out, unless a line points at them.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from doors.fhir.codings import diagnosis_in, has_code
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import ClaimDiagnosis, ClaimItem, ClaimResource, ConditionResource

_OF_NO_SERVICE: Final = (
    "admitting", "patientreasonforvisit", "externalcauseofinjury", "differential",
)  # fmt: skip
_UNTRUE: Final = ("refuted", "entered-in-error")


class ReadDiagnoses(NamedTuple):
    """The codes of a claim in their order, and the place of each sequence, from 1."""

    codes: tuple[str, ...]
    places: dict[int, int]


def diagnoses_of(claim: ClaimResource, reading: ResourceReading) -> ReadDiagnoses:
    """All that count; after a fault was noted a code may be empty."""
    pointed = {sequence for item in claim.item for sequence in item.diagnosisSequence}
    counts = Counter(each.sequence for each in claim.diagnosis)
    codes: list[str] = []
    places: dict[int, int] = {}
    for index, diagnosis in enumerate(claim.diagnosis):
        path = f"diagnosis[{index}]"
        if counts[diagnosis.sequence] > 1:
            reading.refuse(f"{path}.sequence", "duplicate", "Two diagnoses have this sequence.")
        if not _counts(diagnosis) and diagnosis.sequence not in pointed:
            continue
        codes.append(_code_of(diagnosis, path, claim, reading))
        places[diagnosis.sequence] = len(codes)
    return ReadDiagnoses(tuple(codes), places)


def pointers_of(
    item: ClaimItem, path: str, diagnoses: ReadDiagnoses, reading: ResourceReading
) -> list[int]:
    """The places of the diagnoses that a line points at."""
    for index, sequence in enumerate(item.diagnosisSequence):
        if sequence not in diagnoses.places:
            place = f"{path}.diagnosisSequence[{index}]"
            reading.refuse(place, "not-found", "No diagnosis has this sequence.")
    found = (diagnoses.places.get(sequence) for sequence in item.diagnosisSequence)
    return [place for place in found if place is not None]


def _counts(diagnosis: ClaimDiagnosis) -> bool:
    return not any(has_code(kind, _OF_NO_SERVICE) for kind in diagnosis.type)


def _code_of(
    diagnosis: ClaimDiagnosis, path: str, claim: ClaimResource, reading: ResourceReading
) -> str:
    if diagnosis.diagnosisReference is None:
        return diagnosis_in(
            diagnosis.diagnosisCodeableConcept, f"{path}.diagnosisCodeableConcept", reading
        )
    place = f"{path}.diagnosisReference"
    if diagnosis.diagnosisCodeableConcept is not None:
        reading.refuse(path, "invariant", "It has a code and a reference: one is needed.")
        return ""
    placed = reading.find(diagnosis.diagnosisReference)
    if placed is None or placed.kind != "Condition":
        reading.refuse(place, "not-found", "The message holds no such Condition, or several.")
        return ""
    condition = reading.read(ConditionResource, placed)
    if condition is None:
        return ""
    if has_code(condition.verificationStatus, _UNTRUE):
        reading.refuse(place, "invariant", "The Condition is refuted, or was entered in error.")
    patient = reading.find(claim.patient)
    subject = reading.bundled.resolve(condition.subject.reference, placed)
    if condition.subject.reference != claim.patient.reference and (
        patient is None or subject is None or subject.values is not patient.values
    ):
        reading.refuse(place, "invariant", "The Condition is another person's.")
    return diagnosis_in(condition.code, f"{place}.resolve().code", reading)
