"""Asks a criterion that no policy need have of a line of built facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.criteria.criterion_kind import CriterionKind
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.history import History
from rules.history.studies import ClaimLine
from rules.reasons import Reason


def criterion_of(
    kind: str,
    row: CriterionKind,
    terms: Any,
    reasons: Mapping[str, Reason],
    parameters: Mapping[str, str],
    name: str = "asked",
) -> Criterion[Any]:
    """A criterion of section I.A that is no gate."""
    return Criterion(
        name=name,
        kind=kind,
        services=frozenset({"mrs"}),
        section="I.A",
        gate=None,
        bars=False,
        is_by_itself=row.is_by_itself,
        reasons=reasons,
        terms=terms,
        parameters=parameters,
        ask=row.ask,
    )


def reason_of(code: str, needs: tuple[str, ...] = ()) -> Reason:
    """A reason of such a criterion."""
    return Reason(
        code=code,
        criterion="asked",
        section="I.A",
        label=code,
        group="CO",
        carc="50",
        rarc=(),
        needs=needs,
    )


def found_of(line: ClaimLine, history: History, criterion: Criterion[Any]) -> Finding:
    """What it finds of a line, as the line's policy sees the member."""
    authorizations = history.known.authorizations_for(line.procedure, line.on)
    view = history.of(line.policy)
    assert criterion.ask is not None
    return criterion.ask(Question(line, view, None, authorizations, view.library), criterion)


def said(found: Finding) -> tuple[str, str | None]:
    """Its answer, and the reason that it gives."""
    return (found.answer.value, found.reason)
