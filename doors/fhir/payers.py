"""Which plan a coverage is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doors.fhir.codings import code_of, has_code
from doors.fhir.datatypes import Reference
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import CoverageResource, OrganizationResource
from doors.fhir.terms import EVERY_FILING

UNMAPPED: Final = "Its payer is in no row of payers.csv."

_FILING: Final = (
    "https://codesystem.x12.org/005010/1032",
    "urn:oid:2.16.840.1.113883.6.255.1336",
)
"""Codes of a claim filing indicator, as in SBR09 of X12."""


def plan_of(coverage: CoverageResource, path: str, reading: ResourceReading) -> str:
    """
    The plan: of a payor's number by the table of payers, else the coverage's own class `plan`.

    Of a payor whose number is in no table it is one for all of these, and a note says so. Empty
    after a fault was noted.
    """
    filing = code_of(coverage.type, _FILING) or EVERY_FILING
    numbers = [number for payor in coverage.payor for number in _numbers_of(payor, reading)]
    for number in numbers:
        plan = reading.terms.plan_of(number, filing)
        if plan is not None:
            return plan
    for each in coverage.class_:
        if has_code(each.type, ("plan",)) and each.value.strip():
            return each.value.strip()
    if not numbers:
        reading.refuse(path, "required", "Nothing names the plan: no payor's number, no class.")
        return ""
    reading.faults.note(UNMAPPED)
    return reading.terms.otherwise


def _numbers_of(payor: Reference, reading: ResourceReading) -> Iterator[str]:
    if payor.identifier and payor.identifier.value:
        yield payor.identifier.value
    organization = reading.read(OrganizationResource, reading.find(payor))
    for identifier in organization.identifier if organization else ():
        if identifier.value:
            yield identifier.value
