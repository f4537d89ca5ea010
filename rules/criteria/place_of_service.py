"""
`place_of_service`: the service was provided at one of the policy's places.

    [[criterion]]
    name = "site"
    kind = "place_of_service"
    sets = { places = "places" }
    parameters = { institutional = "institutional_claims" }
    reasons = { elsewhere = "PLACE_NOT_COVERED", unknown = "PLACE_UNKNOWN" }

`institutional` may be left out. Only a professional claim has a place of service: what an
institutional claim may carry in its stead is the type of its facility.
"""

from __future__ import annotations

from typing import Final

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.facts import Claim
from rules.terms_of_lines import PlaceTerms

_DIGITS: Final = 2
"""A place-of-service code has so many; anything else is none."""


def ask_place_of_service(asked: Question, criterion: Criterion[PlaceTerms]) -> Finding:
    """Unknown where the claim does not say; a prior authorization of the service lifts it."""
    library, terms = asked.library, criterion.terms
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    claim = asked.line.claim.content
    if claim.claim_type == "institutional":
        because = "an institutional claim has no place of service"
        used = criterion.used("institutional")
        if terms.institutional == "accept":
            return met(criterion, library, because, (), used)
        return unknown(criterion, "unknown", because, (), used)
    place = _place_of(claim)
    if place is None:
        return unknown(criterion, "unknown", "the claim has no place-of-service code")
    because = f"provided at place of service {place}"
    if place in terms.places:
        return met(criterion, library, because)
    return not_met(criterion, "elsewhere", because)


def _place_of(claim: Claim) -> str | None:
    """The code that a claim has; facts hold it as it came."""
    place = (claim.place_of_service or "").strip()
    return place if len(place) == _DIGITS and place.isdecimal() else None
