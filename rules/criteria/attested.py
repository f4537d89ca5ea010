"""
`attested`: the requester attests what the policy asks for.

    [[criterion]]
    name = "shared_decision"
    kind = "attested"
    words = { attestation = "shared_decision_visit" }
    parameters = { missing = "without_attestation", within_days = "visit_within_days" }
    reasons = { missing = "ATTESTATION_MISSING" }

`within_days` may be left out: then the day that the attestation speaks of may lie as far back as it
likes. What is attested on a claim holds for the study, whoever bills a part of it.
"""

from __future__ import annotations

from rules.answers import authorized, denied_or_held, met
from rules.criteria.attestations import attestations_of
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.days import days_before
from rules.terms_of_lines import AttestedTerms


def ask_attested(asked: Question, criterion: Criterion[AttestedTerms]) -> Finding:
    """
    The latest attestation that is not of after the date of service decides.

    A prior authorization of the service lifts it.
    """
    line, library, terms = asked.line, asked.library, criterion.terms
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    kind, days = terms.attestation, terms.within_days
    told = sorted(each for each in attestations_of(line, asked.history, kind) if each.on <= line.on)
    used = criterion.used("missing", "within_days")
    if not told:
        because = f"nothing attests {kind} by {line.on}"
        return denied_or_held(criterion, "missing", terms.missing, because, (), used)
    latest = told[-1].on
    evidence = tuple(each.evidence for each in told if each.on == latest)
    if days is not None and latest < days_before(line.on, days):
        because = f"{kind} is attested for {latest}, more than {days} days before"
        return denied_or_held(criterion, "missing", terms.missing, because, evidence, used)
    used = criterion.used("within_days")
    return met(criterion, library, f"{kind} is attested for {latest}", evidence, used)
