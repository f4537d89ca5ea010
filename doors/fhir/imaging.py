"""DiagnosticReport and ImagingStudy as the event `imaging.reported.v1`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from doors.fhir import systems
from doors.fhir.codings import code_of, has_code, procedure_in
from doors.fhir.conclusions import result_of
from doors.fhir.datatypes import CodeableConcept, Reference
from doors.fhir.days import day_in, first_day
from doors.fhir.members import member_of, member_of_patient
from doors.fhir.numbers import number_in
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import CoverageResource, DiagnosticReportResource, ImagingStudyResource

_RADIOLOGY: Final = ("RAD", "LP29684-5", "363679005", "imaging")
_REPORTED: Final = {
    "final": "performed", "amended": "performed", "corrected": "performed",
    "appended": "performed", "partial": "performed", "preliminary": "performed",
    "cancelled": "voided", "entered-in-error": "voided",
}  # fmt: skip
_FINISHED: Final = ("final", "amended", "corrected", "appended")
"""Before that, a conclusion may still change: the result is unknown."""
_STUDIED: Final = {
    "available": "performed", "cancelled": "voided", "entered-in-error": "voided",
}  # fmt: skip


def is_of_imaging(report: DiagnosticReportResource) -> bool:
    """Whether a report is one on imaging; a laboratory's is none of ours."""
    return (
        any(has_code(each, _RADIOLOGY) for each in report.category)
        or code_of(report.code, systems.PROCEDURE_SYSTEMS) is not None
    )


def read_report(report: DiagnosticReportResource, reading: ResourceReading) -> dict[str, Any]:
    """The `data` of a report on imaging; incomplete after faults were noted."""
    if report.effectivePeriod is not None:
        day = first_day(report.effectivePeriod, "effectivePeriod", reading)
    else:
        day = _day(report.effectiveDateTime, "effectiveDateTime", reading)
    is_finished = report.status in _FINISHED
    return {
        "study_id": _study_id(report, reading),
        "member_id": _member_of(report.subject, reading),
        "procedure": procedure_in(report.code, "code", reading),
        "modifiers": [],
        "date_of_service": day,
        "status": _status(report.status, _REPORTED, reading),
        "result": result_of(report.conclusionCode) if is_finished else "unknown",
        "diagnoses": _diagnoses(report.conclusionCode),
    }


def read_study(study: ImagingStudyResource, reading: ResourceReading) -> dict[str, Any]:
    """The `data` of a study, whose result only a report can tell."""
    codes = study.procedureCode
    if len(codes) > 1:
        reading.refuse("procedureCode", "not-supported", "One procedure is needed, not several.")
    return {
        "study_id": _number(study, reading),
        "member_id": _member_of(study.subject, reading),
        "procedure": procedure_in(
            codes[0] if codes else CodeableConcept(), "procedureCode", reading
        ),
        "modifiers": [],
        "date_of_service": _day(study.started, "started", reading),
        "status": _status(study.status, _STUDIED, reading),
        "result": "unknown",
        "diagnoses": _diagnoses(study.reasonCode),
    }


def _study_id(report: DiagnosticReportResource, reading: ResourceReading) -> str:
    """That of the one study which a report is on, if the message has it; else the report's own."""
    placed = [reading.find(each) for each in report.imagingStudy]
    if len(placed) == 1 and (study := reading.read(ImagingStudyResource, placed[0])):
        return _number(study, reading)
    return _number(report, reading)


def _number(what: DiagnosticReportResource | ImagingStudyResource, reading: ResourceReading) -> str:
    url = reading.placed.full_url or ""
    found = number_in(what.identifier) or (url if ":" in url else "")
    if not found:
        reading.refuse("identifier", "required", "Nothing names it for good: send an identifier.")
    return found


def _member_of(subject: Reference | None, reading: ResourceReading) -> str:
    """By the person's coverage, if the message has one of them, else by their own number."""
    if subject is None:
        reading.refuse("subject", "required", "It is needed.")
        return ""
    person = reading.find(subject)
    for placed in reading.bundled.resources:
        if placed.kind != "Coverage" or person is None:
            continue
        coverage = reading.read(CoverageResource, placed)
        owner = reading.at(placed).find(coverage.beneficiary) if coverage else None
        if coverage and owner and owner.values is person.values:
            return member_of(coverage, subject, "subject", reading)
    return member_of_patient(subject, "subject", reading)


def _day(text: str | None, path: str, reading: ResourceReading) -> str:
    if text is None:
        reading.refuse(path, "required", "It is needed: the day of the examination.")
        return ""
    found = day_in(text)
    if found is None:
        reading.refuse(path, "value", "There is no such day.")
    return found or ""


def _status(status: str, meanings: dict[str, str], reading: ResourceReading) -> str:
    found = meanings.get(status, "")
    if not found:
        reading.refuse("status", "not-supported", "Nothing was examined yet, or it is not known.")
    return found


def _diagnoses(concepts: Iterable[CodeableConcept]) -> list[str]:
    found = (code_of(each, systems.DIAGNOSIS_SYSTEMS) for each in concepts)
    return list(dict.fromkeys(code for code in found if code))
