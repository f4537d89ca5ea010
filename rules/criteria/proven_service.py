"""Criterion 6: the procedure is not flagged investigational (Codes; II)."""

from __future__ import annotations

from rules.answers import authorized, met, not_met
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms import NoTerms


def ask_proven_service(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """Whatever the diagnosis; a prior authorization of the service lifts it."""
    line, library = asked.line, asked.library
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    procedure = line.procedure
    if line.codes.decided[procedure].investigational:
        return not_met(criterion, "flagged", f"the policy's code table flags {procedure}")
    return met(criterion, library, f"the policy's code table does not flag {procedure}")
