"""What the criteria find of each line, up to exclusivity: first the gates, then the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from rules.answers import not_asked
from rules.criteria.duplicates import EarlierLines
from rules.criteria.registry import CRITERIA_OF, FIRST_GATES, Criterion, Question
from rules.determination import Finding
from rules.history.history import History
from rules.history.studies import ClaimLine, LineKey
from rules.remembered import Memo
from rules.truth import Truth

LineFindings = Mapping[LineKey, tuple[Finding, ...]]
"""
The findings of each line that criteria are asked of, in the order of the criteria.

All of them where a gate is closed; else all but that of exclusivity, which its study gets.
"""

IsBarred = Callable[[LineKey, bool], bool]
"""Whether a line is no earlier line to others, given whether a gate denies it."""


def ask_criteria(history: History, is_barred: IsBarred) -> LineFindings:
    """Asks the criteria of every line that they are asked of, from the first day on."""
    asked = [line for line in history.lines if is_asked(line, history)]
    gates = {line.name: _ask_first_gates(line, history) for line in asked if line.service == "mrs"}
    earlier = EarlierLines(history, partial(_is_barred, gates, is_barred))
    return {line.name: _ask(line, history, earlier, gates.get(line.name, ())) for line in asked}


def is_asked(line: ClaimLine, history: History) -> bool:
    """Whether criteria are asked of a line, or it is resolved before any (`rules.md` 2)."""
    if line.service == "other" or line.on < history.since or not line.claim.is_live:
        return False
    return line.claim.standing == "active" or history.reviews_of(line).settling is not None


_GATES: Memo[tuple[str, str, int, tuple[str, ...], frozenset[str]], tuple[Finding, ...]] = Memo(
    "findings of the first gates"
)


def _ask_first_gates(line: ClaimLine, history: History) -> tuple[Finding, ...]:
    """
    The gates that look at no other line: what they deny is no earlier line to others.

    They look at nothing but what is in the key, so that they are asked once for each.
    """
    remembered = history.library.remembered(_GATES)
    plan_id = line.claim.content.plan_id
    key = (plan_id, line.procedure, line.epoch, line.diagnoses, line.meanings)
    return remembered.get(key) or remembered.keep(
        key, _ask_in_order(FIRST_GATES, Question(line, history, None, ()), ())
    )


def _ask(
    line: ClaimLine, history: History, earlier: EarlierLines, gates: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    criteria = CRITERIA_OF["mrs"] if line.service == "mrs" else CRITERIA_OF["pet"]
    if gates and criteria[len(gates) - 1].closes(gates[-1].answer):
        return _closed(gates, criteria, history)
    authorizations = history.authorizations_for(line.procedure, line.on)
    question = Question(line, history, earlier, authorizations)
    findings = _ask_in_order(criteria[len(gates) :], question, gates)
    if criteria[len(findings) - 1].closes(findings[-1].answer):
        return _closed(findings, criteria, history)
    return findings


def _ask_in_order(
    criteria: Iterable[Criterion], question: Question, findings: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Asks up to the first gate that closes, or to what a study is asked; adds to `findings`."""
    found = list(findings)
    for row in criteria:
        if row.ask is None:
            break
        finding = row.ask(question)
        found.append(finding)
        if row.gate is not None and finding.answer is not Truth.MET and row.closes(finding.answer):
            break
    return tuple(found)


def _is_barred(
    gates: Mapping[LineKey, tuple[Finding, ...]], is_barred: IsBarred, line: ClaimLine
) -> bool:
    found = zip(CRITERIA_OF["mrs"], gates.get(line.name, ()), strict=False)
    denied = any(row.bars and finding.answer is Truth.NOT_MET for row, finding in found)
    return is_barred(line.name, denied)


def _closed(
    findings: tuple[Finding, ...], criteria: tuple[Criterion, ...], history: History
) -> tuple[Finding, ...]:
    """The findings up to a gate that closed, and `not_asked` for the criteria behind it."""
    because = f"{findings[-1].criterion} comes first"
    behind = (not_asked(history.library, row.name, because) for row in criteria[len(findings) :])
    return (*findings, *behind)
