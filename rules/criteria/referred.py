"""
`referred`: somebody else's criteria govern the service, so that a person applies them.

    [[criterion]]
    name = "imaging_guideline"
    kind = "referred"
    words = { whose = "the radiology benefit manager" }
    reasons = { referred = "OTHER_CRITERIA" }
"""

from __future__ import annotations

from rules.answers import unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_lines import ReferredTerms


def ask_referred(asked: Question, criterion: Criterion[ReferredTerms]) -> Finding:
    """Always unknown, and so never our denial; an authorization does not say by which criteria."""
    whose = criterion.terms.whose or "another"
    because = f"{asked.line.procedure} is decided by the criteria of {whose}"
    return unknown(criterion, "referred", because)
