"""Codes out of CodeableConcepts, told apart by their systems."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from doors.fhir import systems
from doors.fhir.datatypes import CodeableConcept, Coding
from doors.fhir.reading import ResourceReading

_FORMS: Final = {
    "CPT": re.compile(r"[0-9]{4}[0-9AFMTU]"),
    "HCPCS": re.compile(r"[A-V][0-9]{4}"),
}
"""Level I and level II of HCPCS; a code under the address of the other level is refused."""


def has_code(concept: CodeableConcept | None, codes: Container[str | None]) -> bool:
    """Whether one of some codes is among its codings, whatever their system."""
    return concept is not None and any(coding.code in codes for coding in concept.coding)


def procedure_in(concept: CodeableConcept, path: str, reading: ResourceReading) -> str:
    """The CPT or HCPCS code of a service; empty after a fault was noted."""
    found = {
        coding.code.strip().upper(): systems.PROCEDURE_SYSTEMS[coding.system]
        for coding in concept.coding
        if coding.code and coding.system and coding.system in systems.PROCEDURE_SYSTEMS
    }
    if len(found) != 1:
        reading.refuse(path, "code-invalid", _one_of("a CPT or HCPCS code", concept, found))
        return ""
    ((code, system),) = found.items()
    if not _FORMS[system].fullmatch(code):
        reading.refuse(path, "code-invalid", f"The code has not the form of {system}.")
        return ""
    return code


def modifier_in(concept: CodeableConcept, path: str, reading: ResourceReading) -> str:
    """The modifier; empty after a fault was noted."""
    found = {
        coding.code.strip().upper()
        for coding in concept.coding
        if coding.code and coding.system in systems.PROCEDURE_SYSTEMS
    }
    if len(found) == 1:
        return found.pop()
    reading.refuse(path, "code-invalid", _one_of("a modifier of CPT or HCPCS", concept, found))
    return ""


def diagnosis_in(concept: CodeableConcept | None, path: str, reading: ResourceReading) -> str:
    """The ICD-10-CM code; empty after a fault was noted."""
    concept = concept or CodeableConcept()
    found = {
        coding.code.strip().upper()
        for coding in concept.coding
        if coding.code and coding.system in systems.DIAGNOSIS_SYSTEMS
    }
    if len(found) == 1:
        return found.pop()
    reading.refuse(path, "code-invalid", _one_of("an ICD-10-CM code", concept, found))
    return ""


def code_of(concept: CodeableConcept | None, among: Iterable[str]) -> str | None:
    """The first code of some systems."""
    known = frozenset(among)
    codings: tuple[Coding, ...] = concept.coding if concept else ()
    return next((each.code for each in codings if each.code and each.system in known), None)


def _one_of(wanted: str, concept: CodeableConcept, found: Iterable[str]) -> str:
    if list(found):
        return f"One code is needed, and it has several: {wanted}."
    names = sorted({systems.named(coding.system) for coding in concept.coding})
    return f"It needs {wanted}, and has {' and '.join(names) or 'none'}."
