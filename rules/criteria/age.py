"""
The member's age on the date of service, in completed years.

What a policy folder writes:

    [[criterion]]
    name = "age"
    kind = "age"
    sections = ["I.A"]
    cited_as = "I.A"
    parameters = { least_years = "least_age", most_years = "most_age" }
    reasons = { outside = "AGE_OUTSIDE", unknown = "AGE_UNKNOWN" }

Either end may be left out.
"""

from __future__ import annotations

from datetime import date

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_history import AgeTerms


def ask_age(asked: Question, criterion: Criterion[AgeTerms]) -> Finding:
    """The birth date itself is not said."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    on, terms = asked.line.on, criterion.terms
    born = asked.history.known.person.birth_date
    least, most = terms.least_years, terms.most_years
    used = criterion.used("least_years", "most_years")
    if born is None:
        return unknown(criterion, "unknown", "the birth date is not on record", (), used)
    if born > on:
        return unknown(criterion, "unknown", "the birth date is after the service", (), used)
    years = completed_years(born, on)
    because = f"the member was {years} years old"
    if (least is not None and years < least) or (most is not None and years > most):
        return not_met(criterion, "outside", because, (), used)
    return met(criterion, asked.library, because, (), used)


def completed_years(born: date, on: date) -> int:
    """How many years of life were complete; one born on 29 February waits for 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
