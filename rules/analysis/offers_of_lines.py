"""What could be supplied for criteria that look at the line, its claim and its plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.criterion import Criterion
from rules.determination import Finding
from rules.facts import Attestation, Claim, Line
from rules.terms_of_lines import (
    AttestedTerms,
    CompanionTerms,
    MeasuredTerms,
    OrderedByTerms,
    PlaceTerms,
    UnitsTerms,
)
from rules.truth import Truth

_AGAIN: Final = "the claim again"


def an_attestation(
    case: OpenLine, criterion: Criterion[AttestedTerms], _: Finding
) -> Iterator[Supply]:
    """The word that is missing, or one that is not too old."""
    kind = criterion.terms.attestation
    word = Correction(attestation=Attestation(kind, case.on))
    yield Supply(f"{_AGAIN}, attesting {kind}", "attestation", correction=word)


def a_measurement(
    case: OpenLine, criterion: Criterion[MeasuredTerms], finding: Finding
) -> Iterator[Supply]:
    """A value within the bounds where none is known; one outside them stays what it is."""
    if finding.answer is Truth.NOT_MET:
        return
    terms = criterion.terms
    value = next((end for end in (terms.least, terms.most) if end is not None), Decimal(0))
    measured = Attestation(terms.attestation, case.on, None, value, terms.unit)
    text = f"{_AGAIN}, with {terms.attestation} within the bounds (here: {value:f} {terms.unit})"
    yield Supply(text, "measurement", correction=Correction(attestation=measured))


def a_companion(
    case: OpenLine, criterion: Criterion[CompanionTerms], _: Finding
) -> Iterator[Supply]:
    """The claim of a service that goes with this one, of the same day."""
    for procedure in sorted(criterion.terms.companions)[:1]:
        line = Line(1, procedure, (), case.on, (), rendering_npi=case.billed.rendering_npi)
        companion = Claim(
            f"{case.unused}-companion",
            "1",
            None,
            case.claim.claim_type,
            case.claim.plan_id,
            case.claim.received_at,
            case.claim.diagnoses,
            (line,),
        )
        text = f"the claim of a service that goes with it (here: {procedure} of {case.on})"
        yield Supply(text, "companion_claim", (companion,))


def an_orderer(
    case: OpenLine, criterion: Criterion[OrderedByTerms], finding: Finding
) -> Iterator[Supply]:
    """Who ordered it, where the claim does not say; another one did not."""
    if finding.answer is not Truth.NOT_MET:
        for specialty in sorted(criterion.terms.specialties)[:1]:
            text = f"{_AGAIN}, with the specialty of who ordered it (here: {specialty})"
            yield Supply(text, "ordering_provider", correction=Correction(specialty=specialty))


def a_place(case: OpenLine, criterion: Criterion[PlaceTerms], finding: Finding) -> Iterator[Supply]:
    """Where it was provided, where a claim that has such a place does not say; nowhere else."""
    if finding.answer is not Truth.NOT_MET and case.claim.claim_type == "professional":
        for place in sorted(criterion.terms.places)[:1]:
            text = f"{_AGAIN}, with its place of service (here: {place})"
            yield Supply(text, "place_of_service", correction=Correction(place=place))


def fewer_units(case: OpenLine, criterion: Criterion[UnitsTerms], _: Finding) -> Iterator[Supply]:
    """No more than are allowed, where the others were billed in error or are given up."""
    most = criterion.terms.most
    if most > 0:
        text = f"{_AGAIN}, with no more than {most} units"
        yield Supply(text, "units", correction=Correction(units=most))
