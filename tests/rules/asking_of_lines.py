"""Asks one kind of criterion of a line of built facts, without a policy that has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rules.criteria.kinds_of_lines import LINE_KINDS
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.history import History
from rules.reasons import Reason
from tests.rules.builders import Sending, record
from tests.rules.deciding import shipped

NEEDS = ("clinical_records",)


def criterion(
    kind: str, terms: Any = None, *, filled: Iterable[str] = (), name: str = "asked"
) -> Criterion[Any]:
    """
    A criterion of a kind; each role has a reason of its own name.

    `filled`: the slots that parameters fill, the one in slot `most` being called `own_most`.
    """
    row = LINE_KINDS[kind]
    return Criterion(
        name=name,
        kind=kind,
        services=frozenset({"mrs"}),
        section="I.A",
        gate=None,
        bars=False,
        is_by_itself=row.is_by_itself,
        reasons={role: _reason(role) for role in row.reasons},
        terms=row.terms() if terms is None else terms,
        parameters={slot: f"own_{slot}" for slot in filled},
        ask=row.ask,
    )


def ask(asked: Criterion[Any], *sendings: Sending, of: str = "C-1", number: int = 1) -> Finding:
    """What it finds of a line; it must be the same in whatever order the facts came."""
    found = _ask(asked, sendings, (of, number))
    again = _ask(asked, sendings[::-1], (of, number))
    assert again == found
    assert ("asked", "I.A") == (found.criterion, found.section)
    return found


def said(found: Finding) -> tuple[str, str | None]:
    """Its answer, and the role of its reason."""
    return (found.answer.value, found.reason)


def lines(*names: tuple[str, int]) -> tuple[Evidence, ...]:
    return tuple(Evidence("line", claim_id, number) for claim_id, number in names)


def attestations(*places: tuple[str, str | None]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence("attestation", claim_id=claim_id, reference=reference)
        for claim_id, reference in places
    )


AUTHORIZED = (
    ("met", None),
    "a prior authorization holds",
    (Evidence("authorization", id="A-1"),),
)


def whole(found: Finding) -> tuple[tuple[str, str | None], str, tuple[Evidence, ...]]:
    """Its answer with the reason, its sentence, and what it leaned on."""
    return (said(found), found.because, found.evidence)


def _ask(asked: Criterion[Any], sendings: tuple[Sending, ...], name: tuple[str, int]) -> Finding:
    library = shipped()
    history = History(record(*sendings), library)
    (line,) = [line for line in history.live if line.name == name]
    authorizations = history.known.authorizations_for(line.procedure, line.on)
    assert asked.ask is not None
    question = Question(line, history.of(library.policies[0]), None, authorizations, library)
    return asked.ask(question, asked)


def _reason(role: str) -> Reason:
    return Reason(
        code=role,
        criterion="asked",
        section="I.A",
        label=role,
        group="CO",
        carc="50",
        rarc=(),
        needs=NEEDS,
    )
