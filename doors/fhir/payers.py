"""Which plan a coverage is of."""

from __future__ import annotations

from collections.abc import Iterator

from doors.fhir.codings import has_code
from doors.fhir.datatypes import Reference
from doors.fhir.reading import Reading
from doors.fhir.resources import CoverageResource, OrganizationResource


def plan_of(coverage: CoverageResource, path: str, reading: Reading) -> str:
    """
    The plan: of the payer's number by the table of payers, else the coverage's own class `plan`.

    A payer whose number is in no table stands for itself. Empty after a fault was noted.
    """
    numbers = [number for payor in coverage.payor for number in _numbers_of(payor, reading)]
    for number in numbers:
        if number in reading.terms.plans:
            return reading.terms.plans[number]
    classes = [each.value for each in coverage.class_ if has_code(each.type, ("plan",))]
    found = next(iter([*classes, *numbers]), "").strip()
    if not found:
        reading.refuse(path, "required", "Nothing names the plan: no payor's number, no class.")
    return found


def _numbers_of(payor: Reference, reading: Reading) -> Iterator[str]:
    if payor.identifier and payor.identifier.value:
        yield payor.identifier.value
    organization = reading.read(OrganizationResource, reading.find(payor))
    for identifier in organization.identifier if organization else ():
        if identifier.value:
            yield identifier.value
