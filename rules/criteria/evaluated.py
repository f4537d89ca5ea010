"""
An evaluation took place before, or on the same day.

What a policy folder writes:

    [[criterion]]
    name = "evaluated"
    kind = "evaluated"
    sections = ["I.C"]
    cited_as = "I.C"
    parameters = { within_days = "evaluation_within", missing = "unevaluated" }
    sets = { evaluations = "evaluations" }
    reasons = { none = "NOT_EVALUATED" }
"""

from __future__ import annotations

from rules.answers import authorized, denied_or_held, met
from rules.criteria.earlier_services import services_until
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.days import days_before
from rules.terms_of_history import EvaluationTerms


def ask_evaluated(asked: Question, criterion: Criterion[EvaluationTerms]) -> Finding:
    """Whoever paid for it, or did not: it took place. The latest is named."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    terms = criterion.terms
    since = days_before(asked.line.on, terms.within_days)
    for latest in services_until(asked, terms.evaluations, since):
        because = f"evaluated by {latest.named}"
        used = criterion.used("within_days")
        return met(criterion, asked.library, because, latest.evidence, used)
    because = f"no evaluation is on record from {since} through {asked.line.on}"
    used = criterion.used("within_days", "missing")
    return denied_or_held(criterion, "none", terms.missing, because, (), used)
