"""
The member's sex.

What a policy folder writes:

    [[criterion]]
    name = "sex"
    kind = "sex"
    sections = ["I"]
    cited_as = "I"
    parameters = { sex = "members_of_sex" }
    reasons = { other = "SEX_OTHER", unknown = "SEX_UNKNOWN" }
"""

from __future__ import annotations

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_history import SexTerms


def ask_sex(asked: Question, criterion: Criterion[SexTerms]) -> Finding:
    """A record of neither sex does not say whether the service can be for the member."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    recorded, wanted = asked.history.known.person.sex, criterion.terms.sex
    used = criterion.used("sex")
    if recorded == "unknown":
        return unknown(criterion, "unknown", "the sex is not on record", (), used)
    because = f"the sex on record is {recorded}"
    if recorded == "other":
        return unknown(criterion, "unknown", because, (), used)
    if recorded != wanted:
        return not_met(criterion, "other", because, (), used)
    return met(criterion, asked.library, because, (), used)
