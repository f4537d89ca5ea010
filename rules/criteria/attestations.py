"""Attestations that conventional imaging was limited, of a line's claim and its siblings (I.A)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rules.determination import Evidence
from rules.facts import Claim
from rules.history.history import History
from rules.history.studies import ClaimLine

_LIMITED = "conventional_imaging_limited"


class Attested(NamedTuple):
    """One attestation. Compared as tuples the greatest is the latest."""

    on: date
    """The day of the study that it speaks of."""
    claim_id: str
    reference: str

    @property
    def evidence(self) -> Evidence:
        """A pointer to the attestation."""
        return Evidence("attestation", claim_id=self.claim_id, reference=self.reference or None)


def attestations_of(line: ClaimLine, history: History) -> list[Attested]:
    """
    Those on the line's own claim, and on live claims with a line of the same study.

    Who reads and who makes a study bill it apart; what one attests holds for the whole study.
    """
    claims = {line.claim.content.claim_id: line.claim.content}
    study = history.imaging.study(line.key)
    if study is not None and not line.is_discontinued:
        for sibling in study.attesting:
            claims[sibling.claim_id] = sibling
    return [attested for claim in claims.values() for attested in _on(claim)]


def _on(claim: Claim) -> list[Attested]:
    return [
        Attested(attestation.date_of_service, claim.claim_id, attestation.reference or "")
        for attestation in claim.attestations
        if attestation.kind == _LIMITED
    ]
