"""
`never`: the policy does not cover the service, whatever the line says.

    [[criterion]]
    name = "thermography"
    kind = "never"
    reasons = { never = "INVESTIGATIONAL_SERVICE" }

`code_flag` says so of some of a service's procedures; this says so of all of them.
"""

from __future__ import annotations

from rules.answers import authorized, not_met
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms import NoTerms


def ask_never(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """Not met; a prior authorization of the service lifts it."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    because = f"the policy does not cover {asked.line.procedure}, whatever it is for"
    return not_met(criterion, "never", because)
