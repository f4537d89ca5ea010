"""A claim that is sent again, corrected, in the place of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.facts import Claim, Fact, Line, Review


def is_sent_again(supplies: Iterable[Supply]) -> bool:
    """Whether any of it stands on the claim, so that the claim comes again."""
    return any(supply.correction is not None for supply in supplies)


def corrected_id(case: OpenLine) -> str:
    """The id of the claim that is sent again."""
    return f"{case.unused}-claim"


def corrected(case: OpenLine, supplies: Sequence[Supply]) -> Claim:
    """The claim sent again with all corrections, in the place of itself or of what it replaces."""
    claim = case.claim._replace(
        claim_id=corrected_id(case),
        frequency="7",
        replaces=case.claim.replaces or case.claim.claim_id,
    )
    for supply in supplies:
        if supply.correction is not None:
            claim = _with(claim, supply.correction, case)
    return claim


def of_the_corrected(fact: Fact, case: OpenLine) -> Fact:
    """A reviewer then sees the claim that was sent again."""
    return fact._replace(claim_id=corrected_id(case)) if isinstance(fact, Review) else fact


def _with(claim: Claim, correction: Correction, case: OpenLine) -> Claim:
    if correction.attestation is not None:
        claim = claim._replace(attestations=(*claim.attestations, correction.attestation))
    if correction.plan_id is not None:
        claim = claim._replace(plan_id=correction.plan_id)
    if correction.diagnosis is not None:
        claim = _with_diagnosis(claim, correction.diagnosis, case)
    if correction.place is not None:
        claim = claim._replace(place_of_service=correction.place)
    claim = claim._replace(lines=tuple(_with_line(claim, correction, case)))
    if correction.without is not None:
        kept = (line for line in claim.lines if line.number != correction.without)
        claim = claim._replace(lines=tuple(kept))
    return claim


def _with_line(claim: Claim, correction: Correction, case: OpenLine) -> Iterator[Line]:
    for line in claim.lines:
        yield _line_with(line, correction) if line.number == case.billed.number else line


def _line_with(line: Line, correction: Correction) -> Line:
    if correction.modifiers is not None:
        line = line._replace(modifiers=correction.modifiers, units=Decimal(1))
    if correction.npi is not None:
        line = line._replace(rendering_npi=correction.npi)
    if correction.specialty is not None:
        line = line._replace(ordering_specialty=correction.specialty)
    if correction.units is not None:
        line = line._replace(units=Decimal(correction.units))
    return line


def _with_diagnosis(claim: Claim, code: str, case: OpenLine) -> Claim:
    """The line points to the new diagnosis alone, all others to what they had."""
    every = tuple(range(1, len(claim.diagnoses) + 1))
    lines: list[Line] = []
    for line in claim.lines:
        pointers = line.diagnosis_pointers or every
        if line.number == case.billed.number:
            pointers = (len(every) + 1,)
        lines.append(line._replace(diagnosis_pointers=pointers))
    return claim._replace(diagnoses=(*claim.diagnoses, code), lines=tuple(lines))
