"""Claim ids that came again with other content, while nobody has said which content is meant."""

from __future__ import annotations

from collections.abc import Mapping

from rules.history.claims import resolve_claims
from rules.history.record import Record
from rules.plans import Plan


def contested_claims(record: Record, plans: Mapping[str, Plan]) -> frozenset[str]:
    """
    The claim ids in force that have several contents, of which only the first is decided.

    A replacement or a void of the claim ends it, and so does a review that is later than each of
    the contents: a person has seen what holds (`rules.md` 2).
    """
    if len({claim.claim_id for _, claim in record.claims}) == len(record.claims):
        return frozenset()
    resolved = resolve_claims(record.claims, plans)
    until = resolved.contested_until
    reviewed = {
        review.claim_id
        for origin, review in record.reviews
        if review.claim_id in until and origin.time > until[review.claim_id]
    }
    in_force = {claim_id for claim_id in until if resolved.known[claim_id].is_live}
    return frozenset(in_force - reviewed)
