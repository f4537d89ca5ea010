"""Asks one criterion of the line `C-1` 1 of built facts, before any policy has such a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rules.criteria.criterion_kind import CriterionKind
from rules.criteria.kinds_of_history import HISTORY_KINDS
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.history import History
from rules.reasons import Reason
from tests.rules.builders import Sending, record
from tests.rules.deciding import shipped


def ask(kind: str, terms: Any, *sendings: Sending) -> Finding:
    """What it finds of the line, under the shipped library."""
    return ask_of(kind, terms, History(record(*sendings), shipped()))


def ask_of(kind: str, terms: Any, history: History, claim_id: str = "C-1") -> Finding:
    (line,) = [each for each in history.lines if each.name == (claim_id, 1)]
    view = history.of(line.policy)
    authorizations = history.known.authorizations_for(line.procedure, line.on)
    row = HISTORY_KINDS[kind]
    assert row.ask is not None
    return row.ask(
        Question(line, view, None, authorizations, view.library), criterion_of(kind, row, terms)
    )


def criterion_of(kind: str, row: CriterionKind, terms: Any) -> Criterion[Any]:
    """A criterion whose reasons are its roles in capitals, and whose parameters `the_<slot>`."""
    return Criterion(
        name="asked",
        kind=kind,
        services=frozenset({"mrs"}),
        section="I.A",
        gate=None,
        bars=False,
        is_by_itself=row.is_by_itself,
        reasons={role: _reason(role.upper()) for role in row.reasons},
        terms=terms,
        parameters=_parameters(terms),
        ask=row.ask,
    )


def said(finding: Finding) -> tuple[str, str | None]:
    """The answer, and the reason that it gives."""
    return (finding.answer.value, finding.reason)


def pointed(finding: Finding) -> list[str]:
    """What the evidence names: a claim's line by its claim, all else by its id."""
    return [_pointed(each) for each in finding.evidence]


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


def _reason(code: str) -> Reason:
    return Reason(
        code=code,
        criterion="asked",
        section="I.A",
        label=code,
        group="CO",
        carc="50",
        rarc=(),
        needs=(),
    )
