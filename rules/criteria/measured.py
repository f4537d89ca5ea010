"""
`measured`: a measure that the requester attests lies between the policy's bounds.

    [[criterion]]
    name = "body_mass_index"
    kind = "measured"
    words = { attestation = "body_mass_index", unit = "kg/m2" }
    parameters = { least = "least_bmi", within_days = "bmi_within_days" }
    reasons = { outside = "BMI_OUTSIDE", missing = "BMI_MISSING" }

`least`, `most` and `within_days` may each be left out; both bounds are included. A value in another
unit is not converted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.attestations import attesting_claims
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.days import days_before
from rules.terms_of_lines import MeasuredTerms


class _Measure(NamedTuple):
    """One attested measure."""

    on: date
    claim_id: str
    reference: str
    value: Decimal | None
    """None where it has none in the unit that is asked for."""


def ask_measured(asked: Question, criterion: Criterion[MeasuredTerms]) -> Finding:
    """
    The measures of the latest day decide, if that is not after the date of service.

    A prior authorization of the service lifts it.
    """
    line, terms = asked.line, criterion.terms
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    used = criterion.used("within_days")
    measures = [each for each in _measures(asked, terms) if each.on <= line.on]
    if not measures:
        because = f"nothing attests {terms.attestation} by {line.on}"
        return unknown(criterion, "missing", because, (), used)
    latest = max(each.on for each in measures)
    of_day = [each for each in measures if each.on == latest]
    days = terms.within_days
    if days is not None and latest < days_before(line.on, days):
        because = f"{terms.attestation} is attested for {latest}, more than {days} days before"
        return unknown(criterion, "missing", because, _evidence(of_day), used)
    usable = [each for each in of_day if each.value is not None]
    if not usable:
        because = f"{terms.attestation} of {latest} is attested without a value in {terms.unit}"
        return unknown(criterion, "missing", because, _evidence(of_day), used)
    return _held_against_bounds(asked, criterion, usable)


def _held_against_bounds(
    asked: Question, criterion: Criterion[MeasuredTerms], measures: Sequence[_Measure]
) -> Finding:
    """`measures`: those of one day; where they disagree on which side they lie, it is unknown."""
    terms = criterion.terms
    values = sorted({each.value for each in measures if each.value is not None})
    inside = [value for value in values if _is_inside(value, terms)]
    named = " and ".join(f"{value:f}" for value in values)
    because = f"{terms.attestation} of {measures[0].on}: {named} {terms.unit}{_asked_for(terms)}"
    evidence, used = _evidence(measures), criterion.used("least", "most", "within_days")
    if len(inside) == len(values):
        return met(criterion, asked.library, because, evidence, used)
    if inside:
        return unknown(criterion, "missing", because, evidence, used)
    return not_met(criterion, "outside", because, evidence, used)


def _is_inside(value: Decimal, terms: MeasuredTerms) -> bool:
    is_enough = terms.least is None or terms.least <= value
    return is_enough and (terms.most is None or value <= terms.most)


def _asked_for(terms: MeasuredTerms) -> str:
    """The bounds in words."""
    least = "" if terms.least is None else f", at least {terms.least:f}"
    return least if terms.most is None else f"{least}, at most {terms.most:f}"


def _measures(asked: Question, terms: MeasuredTerms) -> list[_Measure]:
    """Those on the line's claim and on its siblings, whatever their days."""
    return [
        _Measure(
            told.date_of_service,
            claim.claim_id,
            told.reference or "",
            told.value if told.unit == terms.unit else None,
        )
        for claim in attesting_claims(asked.line, asked.history)
        for told in claim.attestations
        if told.kind == terms.attestation
    ]


def _evidence(measures: Sequence[_Measure]) -> tuple[Evidence, ...]:
    """A pointer to each attestation, in an order that does not depend on how they came."""
    places = sorted({(each.claim_id, each.reference) for each in measures})
    return tuple(
        Evidence("attestation", claim_id=claim_id, reference=reference or None)
        for claim_id, reference in places
    )
