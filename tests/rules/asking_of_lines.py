"""Asks one kind of criterion of a line of built facts, without a policy that has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rules.criteria.kinds_of_lines import LINE_KINDS
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.history import History
from tests.rules.asking import criterion_of, found_of, reason_of, said
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
    reasons = {role: reason_of(role, NEEDS) for role in row.reasons}
    parameters = {slot: f"own_{slot}" for slot in filled}
    given = row.terms() if terms is None else terms
    return criterion_of(kind, row, given, reasons, parameters, name)


def ask(asked: Criterion[Any], *sendings: Sending, of: str = "C-1", number: int = 1) -> Finding:
    """What it finds of a line; it must be the same in whatever order the facts came."""
    found = _ask(asked, sendings, (of, number))
    again = _ask(asked, sendings[::-1], (of, number))
    assert again == found
    assert ("asked", "I.A") == (found.criterion, found.section)
    return found


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
    history = History(record(*sendings), shipped())
    (line,) = [line for line in history.live if line.name == name]
    return found_of(line, history, asked)
