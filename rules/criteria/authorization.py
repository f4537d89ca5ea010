"""
`authorization`: the service was authorized before it was provided.

    [[criterion]]
    name = "prior_authorization"
    kind = "authorization"
    parameters = { rule = "prior_authorization", missing = "without_authorization" }
    reasons = { missing = "AUTHORIZATION_MISSING" }

With `waived` the policy says that it asks for none, and can be changed without a criterion more.
"""

from __future__ import annotations

from rules.answers import authorization_evidence, denied_or_held, met
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_lines import AuthorizationTerms


def ask_authorization(asked: Question, criterion: Criterion[AuthorizationTerms]) -> Finding:
    """Met where one is not required, or holds for the procedure on the date of service."""
    terms, library, used = criterion.terms, asked.library, criterion.used("rule")
    if terms.rule == "waived":
        return met(criterion, library, "no prior authorization is required", (), used)
    if asked.authorizations:
        evidence = authorization_evidence(asked.authorizations)
        return met(criterion, library, "a prior authorization holds", evidence, used)
    used = criterion.used("rule", "missing")
    because = f"no prior authorization of {asked.line.procedure} holds on {asked.line.on}"
    return denied_or_held(criterion, "missing", terms.missing, because, (), used)
