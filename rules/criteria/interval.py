"""
At least so many days since the last such service.

What a policy folder writes:

    [[criterion]]
    name = "not_too_soon"
    kind = "interval"
    sections = ["II"]
    cited_as = "II"
    parameters = { least_days = "repeat_after_days", sooner = "sooner" }
    sets = { counted = "bone_density" }
    reasons = { too_soon = "TOO_SOON", unclear = "INTERVAL_UNCLEAR" }

Without `counted` the procedures of the line's own service count.
"""

from __future__ import annotations

from rules.answers import authorized, denied_or_held, met, unknown
from rules.criteria.earlier_services import counted_services, names_of
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.days import days_before
from rules.terms_of_history import IntervalTerms


def ask_interval(asked: Question, criterion: Criterion[IntervalTerms]) -> Finding:
    """What has the line's own procedure and day is the line's own service."""
    line, library, terms = asked.line, asked.library, criterion.terms
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    since = days_before(line.on, terms.least_days - 1)
    found = counted_services(asked, terms.counted, since, None, 1)
    if found.surely:
        last = found.surely[0]
        because = f"{last.named} was {(line.on - last.on).days} days before, not {terms.least_days}"
        used = criterion.used("least_days", "sooner")
        return denied_or_held(criterion, "too_soon", terms.sooner, because, last.evidence, used)
    used = criterion.used("least_days")
    if found.perhaps:
        because = (
            f"it is not known whether {names_of(found.perhaps)} counts;"
            f" {terms.least_days} days are to lie between"
        )
        return unknown(criterion, "unclear", because, found.evidence, used)
    return met(criterion, library, f"none in the {terms.least_days} days up to it", (), used)
