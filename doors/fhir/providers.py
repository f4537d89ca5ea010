"""Who treated and who ordered: the NPI of the line's provider, else of the claim's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from doors.fhir import systems
from doors.fhir.codings import code_of, has_code
from doors.fhir.datatypes import FhirIdentifier, Reference
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import (
    ClaimCareTeam,
    ClaimItem,
    ClaimResource,
    OrganizationResource,
    PractitionerResource,
    PractitionerRoleResource,
)

_RENDERING: Final = ("rendering", "performing", "primary")
_ORDERING: Final = ("ordering", "DK")
_SPECIALTY: Final = re.compile(r"[0-9A-Za-z]{10}")
_OTHERS: Final = ("referring", "referrer", "supervisor", "supervising", "assist", "prescribing",
    "pcp", *_ORDERING)  # fmt: skip


def rendering_npi(
    item: ClaimItem, path: str, claim: ClaimResource, reading: ResourceReading
) -> str | None:
    """
    The NPI of who rendered a line, else of who did the claim's, else of who bills.

    None if the message names none of them. A sequence to which no one belongs is a fault.
    """
    named = _named(item, claim)
    known = {each.sequence for each in claim.careTeam}
    for index, sequence in enumerate(item.careTeamSequence):
        if sequence not in known:
            reading.refuse(
                f"{path}.careTeamSequence[{index}]", "not-found", "No careTeam has this sequence."
            )
    for team in (named, claim.careTeam):
        for member in _in_turn(team, alone=team is named):
            npi = npi_of(member.provider, reading)
            if npi:
                return npi
    return npi_of(claim.provider, reading)


def ordering_provider(
    item: ClaimItem, claim: ClaimResource, reading: ResourceReading
) -> tuple[str | None, str | None]:
    """
    NPI and specialty of who ordered a line, else the claim's services; None where it is not said.

    A specialty that has not the form of the provider taxonomy says nothing.
    """
    for team in (_named(item, claim), claim.careTeam):
        for member in team:
            if has_code(member.role, _ORDERING):
                code = code_of(member.qualification, systems.TAXONOMY_SYSTEMS)
                specialty = code if code and _SPECIALTY.fullmatch(code) else None
                return npi_of(member.provider, reading), specialty
    return None, None


def _named(item: ClaimItem, claim: ClaimResource) -> list[ClaimCareTeam]:
    """Those of the care team that a line names."""
    by_sequence = {each.sequence: each for each in claim.careTeam}
    return [by_sequence[each] for each in item.careTeamSequence if each in by_sequence]


def _in_turn(team: Iterable[ClaimCareTeam], *, alone: bool) -> list[ClaimCareTeam]:
    """Who rendered; of those that a line names, also one without a role."""
    members = list(team)
    rendering = [each for each in members if has_code(each.role, _RENDERING)]
    others = [each for each in members if alone and not has_code(each.role, _RENDERING + _OTHERS)]
    return rendering + others


def npi_of(reference: Reference, reading: ResourceReading) -> str | None:
    """The NPI of a practitioner, role or organization that is referred to; None if it has none."""
    found = _npi_in([reference.identifier] if reference.identifier else ())
    placed = reading.find(reference)
    if found or placed is None:
        return found
    role = reading.read(PractitionerRoleResource, placed)
    if role is not None:
        found = _npi_in(role.identifier)
        placed = reading.at(placed).find(role.practitioner)
    who = reading.read(PractitionerResource, placed) or reading.read(OrganizationResource, placed)
    return found or (_npi_in(who.identifier) if who else None)


def _npi_in(identifiers: Iterable[FhirIdentifier]) -> str | None:
    return next((each.value for each in identifiers if each.system == systems.NPI), None)
