"""
Whose claim it is.

The subscriber is known by the coverage's `subscriberId`. A dependent is known by a member number of
their own; a family's number is nobody's own. Where a dependent has none, an id is made from the
family's number with full name, birth date and sex, as from a claim in X12, else with the
dependent's number. Two people never become one: what could be either of two is refused.
"""

from __future__ import annotations

from typing import Final

from doors.fhir import systems
from doors.fhir.bundles import PlacedResource, is_same_reference
from doors.fhir.codings import has_code
from doors.fhir.datatypes import CodeableConcept, FhirIdentifier, Reference
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import CoverageResource, PatientResource

_SELF: Final = ("self", "18")
_MEMBER_NUMBER: Final = ("MB", "MI")
_SEX: Final = {"female": "F", "male": "M"}
_OLD: Final = ("old", "temp")
_FAMILY: Final = "Nothing says whether the patient is the subscriber: send `relationship`."


def member_of(
    coverage: CoverageResource, patient: Reference, path: str, reading: ResourceReading
) -> str:
    """
    The id of the person who was treated; empty after a fault was noted.

    `reading` is that of the resource which names the patient, at `path`.
    """
    placed = reading.find(patient)
    beneficiary = reading.bundled.resolve(coverage.beneficiary.reference, reading.placed)
    if not _is_same(patient, placed, coverage.beneficiary, beneficiary):
        reading.refuse(path, "invariant", "The coverage is another person's.")
        return ""
    person = reading.read(PatientResource, placed)
    if person is not None and not _stands(person):
        reading.refuse(path, "not-supported", "The patient's record is not active, or replaced.")
        return ""
    own = _number_of(person, patient.identifier)
    if _is_subscriber(coverage, patient):
        return _of_subscriber(coverage, own, path, reading)
    return _of_dependent(coverage, person, own, path, reading)


def member_of_patient(patient: Reference, path: str, reading: ResourceReading) -> str:
    """The person by a member number of their own alone; empty after a fault was noted."""
    person = reading.read(PatientResource, reading.find(patient))
    own = _number_of(person, patient.identifier)
    if not own or (person is not None and not _stands(person)):
        reading.refuse(
            path, "required", "A Coverage of this person is needed, or a member number of theirs."
        )
        return ""
    return own


def member_of_record(person: PatientResource) -> str | None:
    """Whose record it is, by a member number of their own; None: nobody's that is known."""
    return _number_of(person, None) if _stands(person) else None


def _of_subscriber(
    coverage: CoverageResource, own: str | None, path: str, reading: ResourceReading
) -> str:
    found = (coverage.subscriberId or "").strip() or own or ""
    if not found:
        reading.refuse(path, "required", "The coverage has no subscriberId.")
    return found


def _of_dependent(
    coverage: CoverageResource,
    person: PatientResource | None,
    own: str | None,
    path: str,
    reading: ResourceReading,
) -> str:
    family = (coverage.subscriberId or "").strip()
    if own and own != family:
        return own
    told = _told(person)
    if not family:
        reading.refuse(path, "required", "The coverage has no subscriberId, the patient no number.")
    elif coverage.relationship is None and not coverage.dependent and coverage.subscriber is None:
        reading.refuse(path, "required", _FAMILY)
    elif told is not None:
        return reading.terms.made_id(family, *told)
    elif coverage.dependent:
        return reading.terms.made_id(family, coverage.dependent.strip())
    else:
        reading.refuse(
            path, "required", "A dependent needs a number, or name, birthDate and gender."
        )
    return ""


def _told(person: PatientResource | None) -> tuple[str, ...] | None:
    """Last, first and middle names, suffix, birth date and sex; None: some of it is missing."""
    if person is None or not (person.name and person.birthDate and person.gender):
        return None
    name = next((each for each in person.name if each.use == "official"), person.name[0])
    if not (name.family and name.given):
        return None
    names = (name.family, name.given[0], " ".join(name.given[1:]), " ".join(name.suffix))
    compared = (" ".join(each.upper().split()) for each in names)
    return (*compared, person.birthDate, _SEX.get(person.gender, "U"))


def _is_subscriber(coverage: CoverageResource, patient: Reference) -> bool:
    if coverage.relationship is not None:
        return has_code(coverage.relationship, _SELF)
    said = coverage.subscriber.reference if coverage.subscriber else None
    return said is not None and said == patient.reference and not coverage.dependent


def _is_same(
    patient: Reference,
    placed: PlacedResource | None,
    other: Reference,
    other_placed: PlacedResource | None,
) -> bool:
    if placed is not None and other_placed is not None:
        return placed.values is other_placed.values
    if patient.reference is not None and other.reference is not None:
        return is_same_reference(patient.reference, other.reference)
    return patient.identifier is not None and patient.identifier == other.identifier


def _stands(person: PatientResource) -> bool:
    return person.active is not False and all(link.type != "replaced-by" for link in person.link)


def _number_of(person: PatientResource | None, said: FhirIdentifier | None) -> str | None:
    """A member number of the person's own; one that is out of use is none."""
    identifiers = [*(person.identifier if person else ()), *([said] if said else ())]
    found = {
        each.value.strip()
        for each in identifiers
        if each.value and each.use not in _OLD and _is_member_number(each.type)
    }
    return found.pop() if len(found) == 1 else None


def _is_member_number(kind: CodeableConcept | None) -> bool:
    return kind is not None and any(
        each.system == systems.IDENTIFIER_TYPE and each.code in _MEMBER_NUMBER
        for each in kind.coding
    )
