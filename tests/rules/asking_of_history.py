"""Asks one criterion of the line `C-1` 1 of built facts, before any policy has such a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rules.criteria.kinds_of_history import HISTORY_KINDS
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.history import History
from tests.rules.asking import criterion_of, found_of, reason_of
from tests.rules.builders import Sending, record
from tests.rules.deciding import shipped


def ask(kind: str, terms: Any, *sendings: Sending) -> Finding:
    """What it finds of the line, under the shipped library."""
    return ask_of(kind, terms, History(record(*sendings), shipped()))


def ask_of(kind: str, terms: Any, history: History, claim_id: str = "C-1") -> Finding:
    (line,) = [each for each in history.lines if each.name == (claim_id, 1)]
    return found_of(line, history, _criterion(kind, terms))


def pointed(finding: Finding) -> list[str]:
    """What the evidence names: a claim's line by its claim, all else by its id."""
    return [_pointed(each) for each in finding.evidence]


def _criterion(kind: str, terms: Any) -> Criterion[Any]:
    """A criterion whose reasons are its roles in capitals, and whose parameters `the_<slot>`."""
    row = HISTORY_KINDS[kind]
    reasons = {role: reason_of(role.upper()) for role in row.reasons}
    return criterion_of(kind, row, terms, reasons, _parameters(terms))


def _pointed(evidence: Evidence) -> str:
    return evidence.claim_id or evidence.id or evidence.kind


def _parameters(terms: Any) -> Mapping[str, str]:
    """Each slot that is filled by a parameter; sets and words are not."""
    return {
        field.name: f"the_{field.name}"
        for field in fields(terms)
        if field.name != "modifier"
        and not isinstance(getattr(terms, field.name), frozenset | type(None))
    }
