"""Defects in the code that only the example of supervised exercise leans on."""

from __future__ import annotations

from typing import Final

from tests.defects.defect import Defect

_COVERED: Final = "after a stent, tested, ordered by a cardiologist"


def _seeded(name: str, kind: str, old: str, new: str, scenario: str) -> Defect:
    """One in the code of a kind of criterion, which a scenario beside the example catches."""
    file = f"rules/criteria/{kind}.py"
    caught = f"example-heart-exercise: {scenario}"
    return Defect(f"heart exercise: {name}", file, old, new, "an example", caught)


HEART_EXERCISE_CODE = (
    _seeded(
        "whoever orders it is one who may",
        "ordered_by",
        "if specialty in criterion.terms.specialties:",
        "if criterion.terms.specialties:",
        "ordered by a family doctor",
    ),
    _seeded(
        "a line that names nobody was ordered by the wrong one",
        "ordered_by",
        'return unknown(criterion, "unknown", because)',
        'return not_met(criterion, "other", because)',
        "nobody says who ordered it",
    ),
    _seeded(
        "a hospital's claim is asked for its place",
        "place_of_service",
        'if terms.institutional == "accept":',
        'if terms.institutional == "pend":',
        "a hospital's claim",
    ),
    _seeded(
        "no place is a wrong place",
        "place_of_service",
        'return unknown(criterion, "unknown", "the claim has no',
        'return not_met(criterion, "elsewhere", "the claim has no',
        "no place is given",
    ),
    _seeded(
        "any place will do",
        "place_of_service",
        "if place in terms.places:",
        "if terms.places:",
        "at home",
    ),
    _seeded(
        "as many units as are covered are too many",
        "units",
        "if units > most:",
        "if units >= most:",
        _COVERED,
    ),
    _seeded(
        "only the claim itself has what goes with it",
        "companion",
        "claim_id != claim.claim_id",
        "claim_id == claim.claim_id",
        _COVERED,
    ),
    _seeded(
        "what goes with it is never missing",
        "companion",
        'return denied_or_held(criterion, "missing", terms.missing, because, (), used)',
        "return met(criterion, asked.library, because, (), used)",
        "no rhythm strip",
    ),
    _seeded(
        "the first day after the wait is too soon",
        "interval",
        "terms.least_days - 1",
        "terms.least_days",
        "a session two days before",
    ),
    _seeded(
        "what may have been too soon was not",
        "interval",
        'return unknown(criterion, "unclear", because, found.evidence, used)',
        "return met(criterion, library, because, found.evidence, used)",
        "a session that another payer may have paid on the day before",
    ),
    _seeded(
        "an evaluation of the first day that counts is too old",
        "evaluated",
        "days_before(asked.line.on, terms.within_days)",
        "days_before(asked.line.on, terms.within_days - 1)",
        "a stress test of 90 days before",
    ),
    _seeded(
        "the first day after the wait is too early",
        "after_treatment",
        "days < least",
        "days <= least",
        "fourteen days after a stent",
    ),
    _seeded(
        "the last day that counts is too late",
        "after_treatment",
        "days > most",
        "days >= most",
        "365 days after a stent",
    ),
    _seeded(
        "a treatment that is not on record was too long ago",
        "after_treatment",
        'return unknown(criterion, "no_treatment", because',
        'return not_met(criterion, "too_late", because',
        "a heart that is a little stronger",
    ),
    _seeded(
        "as many grounds as are needed are too few",
        "n_of",
        "if are_met >= least:",
        "if are_met > least:",
        "a weak heart without a repair",
    ),
    _seeded(
        "a ground that is open cannot be met",
        "n_of",
        "can_be = are_met + answers.count(Truth.UNKNOWN)",
        "can_be = are_met",
        "no repair and no value on record",
    ),
    _seeded(
        "what nobody attests is attested",
        "attested",
        'return denied_or_held(criterion, "missing", terms.missing, because, (), used)',
        "return met(criterion, library, because, (), used)",
        "no plan of exercise",
    ),
    _seeded(
        "a state's criterion is asked of all other states",
        "line_findings",
        "line.plan.state not in row.only_states",
        "line.plan.state in row.only_states",
        "under a plan of New York",
    ),
)
