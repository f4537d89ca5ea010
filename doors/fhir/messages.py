"""
One message, a resource or a Bundle, as events and refusals, one for each resource that is meant.

Event ids are made of what the events say, so that the same message always gives the same events.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from doors.fhir.bundles import BundledResources, Json, PlacedResource
from doors.fhir.claims import read_claim
from doors.fhir.enrolment import read_coverage
from doors.fhir.faults import ResourceFault, ResourceFaults
from doors.fhir.imaging import is_of_imaging, read_report, read_study
from doors.fhir.members import member_of_record
from doors.fhir.persons import read_person
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import (
    CoverageResource,
    DiagnosticReportResource,
    ImagingStudyResource,
    PatientResource,
)
from doors.fhir.terms import DoorTerms
from worker.events.decode import Refusal, decode
from worker.events.remittance import EVERY_CODE

SOURCE: Final = "/fhir"

_OTHER_USES: Final = {
    "preauthorization": "A preauthorization is decided nowhere here; as a preview it may be asked "
    "for over HTTP (preview=true).",
    "predetermination": "A predetermination is decided nowhere here.",
}


class ResourceOutcome(NamedTuple):
    """What became of one resource: an event, or why there is none."""

    expression: str
    kind: str
    event: bytes | None
    faults: tuple[ResourceFault, ...] = ()
    lines: int = 0
    """Of a Claim, its items."""
    notes: frozenset[str] = frozenset()


class MessageOutcome(NamedTuple):
    """What became of a message."""

    resources: tuple[ResourceOutcome, ...]
    unread: Mapping[str, int]
    """How many resources of which type are none of ours."""


def outcome_of(message: Json, terms: DoorTerms) -> MessageOutcome:
    """Everything that a message says; raises `ResourceRefused` if it cannot be taken apart."""
    bundled = BundledResources(message)
    found: list[ResourceOutcome] = []
    unread: Counter[str] = Counter()
    kinds = {each.kind for each in bundled.resources}
    for placed in bundled.resources:
        reading = ResourceReading(placed, bundled, ResourceFaults(), terms)
        read = _READERS.get(placed.kind)
        is_word = not kinds.isdisjoint(_SAID_BESIDE.get(placed.kind, ()))
        outcome = read(reading) if read and not is_word else None
        if outcome is None:
            unread[placed.kind if placed.kind in _COMMON else "other"] += 1
        else:
            found.append(outcome)
    return MessageOutcome(tuple(found), dict(unread))


def claim_outcome(reading: ResourceReading) -> ResourceOutcome:
    """What becomes of a Claim."""
    lines = reading.placed.values.get("item")
    count = len(lines) if isinstance(lines, list) else 0
    use = reading.placed.values.get("use")
    if isinstance(use, str) and use in _OTHER_USES:
        reading.refuse("use", "not-supported", _OTHER_USES[use])
        return outcome_of_event(reading, None, count)
    read = read_claim(reading)
    event = None if read is None else submitted(read.data, read.claim.created)
    return outcome_of_event(reading, event, count)


def submitted(data: dict[str, Any], told: str) -> dict[str, Any]:
    """The event of a claim, as of the day or instant on which it was made."""
    return _event("claim.submitted.v1", data, told)


def _coverage_outcome(reading: ResourceReading) -> ResourceOutcome:
    coverage = reading.read(CoverageResource, reading.placed)
    if coverage is None:
        return outcome_of_event(reading, None)
    data = read_coverage(coverage, reading)
    return outcome_of_event(
        reading, _event("coverage.recorded.v1", data, _told(None, coverage, reading))
    )


def _report_outcome(reading: ResourceReading) -> ResourceOutcome | None:
    report = reading.read(DiagnosticReportResource, reading.placed)
    if report is None:
        return outcome_of_event(reading, None)
    if not is_of_imaging(report):
        return None
    data = read_report(report, reading)
    return outcome_of_event(
        reading, _event("imaging.reported.v1", data, _told(report.issued, report, reading))
    )


def _study_outcome(reading: ResourceReading) -> ResourceOutcome | None:
    study = reading.read(ImagingStudyResource, reading.placed)
    if study is None:
        return outcome_of_event(reading, None)
    if _is_reported(reading):
        return None
    data = read_study(study, reading)
    return outcome_of_event(
        reading, _event("imaging.reported.v1", data, _told(None, study, reading))
    )


def _patient_outcome(reading: ResourceReading) -> ResourceOutcome | None:
    """Of someone who has no member number nothing can be recorded: it is not read."""
    person = reading.read(PatientResource, reading.placed)
    if person is None:
        return outcome_of_event(reading, None)
    member_id = member_of_record(person)
    if member_id is None:
        return None
    data = read_person(person, member_id, reading)
    return outcome_of_event(
        reading, _event("member.recorded.v1", data, _told(None, person, reading))
    )


_READERS: Final[Mapping[str, Callable[[ResourceReading], ResourceOutcome | None]]] = {
    "Claim": claim_outcome,
    "Coverage": _coverage_outcome,
    "DiagnosticReport": _report_outcome,
    "ImagingStudy": _study_outcome,
    "Patient": _patient_outcome,
}
_SAID_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "Coverage": frozenset({"Claim"}),
    "Patient": frozenset(_READERS) - {"Patient"},
}
"""Beside which a resource is the sender's word, and no event of its own."""


def _is_reported(reading: ResourceReading) -> bool:
    """Whether a report of the same message tells of a study, and more than the study can."""
    return any(
        found.values is reading.placed.values
        for placed in reading.bundled.resources
        if placed.kind == "DiagnosticReport"
        for found in _studies_of(placed, reading)
    )


def _studies_of(placed: PlacedResource, reading: ResourceReading) -> Iterator[PlacedResource]:
    studies = placed.values.get("imagingStudy")
    for each in studies if isinstance(studies, list) else ():
        reference = each.get("reference") if isinstance(each, dict) else None
        found = reading.bundled.resolve(reference, placed) if isinstance(reference, str) else None
        if found is not None:
            yield found


def _told(
    said: str | None,
    resource: (
        CoverageResource | DiagnosticReportResource | ImagingStudyResource | PatientResource
    ),
    reading: ResourceReading,
) -> str:
    """The instant from which it is known: of two that contradict each other the later holds."""
    changed = resource.meta.lastUpdated if resource.meta else None
    found = said or changed or reading.bundled.timestamp
    if not isinstance(found, str):
        reading.refuse(
            "meta.lastUpdated", "required", "Nothing says when it was known: a later one holds."
        )
        return ""
    return found


def _event(kind: str, data: dict[str, Any], told: str) -> dict[str, Any]:
    time = told if "T" in told else f"{told}T00:00:00Z"
    content = json.dumps([kind, time, data], sort_keys=True, separators=(",", ":"))
    return {
        "specversion": "1.0",
        "id": f"fhir-{sha256(content.encode()).hexdigest()[:40]}",
        "source": SOURCE,
        "type": kind,
        "time": time,
        "data": data,
    }


def outcome_of_event(
    reading: ResourceReading, event: dict[str, Any] | None, lines: int = 0
) -> ResourceOutcome:
    """What became of a resource: its event, if it has no fault and workers would take it."""
    placed = reading.placed
    raw = json.dumps(event).encode() if event and not reading.faults else None
    if raw is not None:
        refusal = decode(raw, EVERY_CODE)
        if isinstance(refusal, Refusal):
            for fault in refusal.faults:
                place = fault.path.removeprefix("data.")
                reading.refuse("", "invalid", f"{place} of its event must be {fault.expected}.")
            raw = None
    faults = reading.faults
    return ResourceOutcome(
        placed.expression, placed.kind, raw, faults.found(), lines, frozenset(faults.notes)
    )


_COMMON: Final = frozenset(
    {
        "Claim", "ClaimResponse", "Condition", "Coverage", "DiagnosticReport", "Encounter",
        "ExplanationOfBenefit", "ImagingStudy", "Observation", "Organization", "Patient",
        "Practitioner", "PractitionerRole", "Procedure", "ServiceRequest",
    }
)  # fmt: skip
"""Types that are counted by name; what a sender calls a type may be anything."""
