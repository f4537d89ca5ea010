"""Criterion 3: a version of the policy is in force on the date of service."""

from __future__ import annotations

from rules.answers import met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms import NoTerms


def ask_policy_in_force(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """Unknown without a version: a gap in our library is never a reason to deny."""
    version = asked.line.version
    if version is None:
        because = "no version is in force on the date of service"
        return unknown(criterion, "no_version", because)
    because = f"version {version.version} is in force on the date of service"
    return met(criterion, asked.library, because)
