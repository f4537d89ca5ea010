"""What is attested on a line's claim and on its siblings (I.A)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rules.determination import Evidence
from rules.facts import Claim
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine


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


def attestations_of(line: ClaimLine, history: PolicyView, kind: str) -> list[Attested]:
    """
    Those of a kind on the line's own claim, and on live claims with a line of the same study.

    Who reads and who makes a study bill it apart; what one attests holds for the whole study.
    """
    return [attested for claim in attesting_claims(line, history) for attested in _on(claim, kind)]


def attesting_claims(line: ClaimLine, history: PolicyView) -> Iterable[Claim]:
    """The line's own claim, and the live claims with a line of the same study that attest."""
    claims = {line.claim.content.claim_id: line.claim.content}
    study = history.imaging.study(line.key)
    if study is not None and not line.is_discontinued:
        for sibling in study.attesting:
            claims[sibling.claim_id] = sibling
    return claims.values()


def _on(claim: Claim, kind: str) -> list[Attested]:
    return [
        Attested(attestation.date_of_service, claim.claim_id, attestation.reference or "")
        for attestation in claim.attestations
        if attestation.kind == kind
    ]
