"""What the criteria find of each line, up to exclusivity: first the gates, then the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from rules.answers import met, not_asked
from rules.criteria.duplicates import EarlierLines
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.history import History
from rules.history.line_terms import LineTerms
from rules.history.studies import ClaimLine, LineKey
from rules.policy_version import AskedCriteria
from rules.remembered import Memo
from rules.terms import Terms
from rules.truth import Truth

LineFindings = Mapping[LineKey, tuple[Finding, ...]]
"""
The findings of each line that criteria are asked of, in the order of the criteria.

All of them where a gate is closed; else all but that of exclusivity, which its study gets.
"""

IsBarred = Callable[[LineKey, bool], bool]
"""Whether a line is no earlier line to others, given whether a gate denies it."""


def earlier_lines(history: History, is_barred: IsBarred) -> EarlierLines:
    """Looks up which lines of a member may have billed the service of a line before."""
    return EarlierLines(history, partial(_is_barred, history, is_barred))


def ask_criteria(
    history: History, lines: Iterable[ClaimLine], earlier: EarlierLines
) -> LineFindings:
    """Asks the criteria of each line that they are asked of."""
    return {
        line.name: _ask(line, line.asked, history, earlier)
        for line in lines
        if line.asked is not None and is_asked(line, history)
    }


def is_asked(line: ClaimLine, history: History) -> bool:
    """Whether criteria are asked of a line, or it is resolved before any (`rules.md` 2)."""
    if line.asked is None or not line.claim.is_live:
        return False
    return line.claim.standing == "active" or history.reviews_of(line).resolving is not None


class _ByItself(NamedTuple):
    """What is found of a line without a look at anything else."""

    findings: tuple[Finding, ...]
    """Up to the first criterion that looks around; all of them where a gate is closed."""
    is_closed: bool
    is_barred: bool
    """Whether a gate denies it so that it is no earlier line to any other."""


_BY_ITSELF: Memo[LineTerms, _ByItself] = Memo("findings of lines by themselves")


def _by_itself(line: ClaimLine, asked: AskedCriteria, history: History) -> _ByItself:
    """Asked once for each terms of a line: these criteria look at nothing else."""
    remembered = history.library.remembered(_BY_ITSELF)
    found = remembered.get(line.terms)
    if found is None:
        found = remembered.keep(line.terms, _ask_by_itself(line, asked, history))
    return found


def _ask_by_itself(line: ClaimLine, asked: AskedCriteria, history: History) -> _ByItself:
    criteria = asked.criteria
    question = Question(line, history.of(line.policy), None, (), history.library)
    findings = _ask_in_order(criteria[: asked.by_itself], question, ())
    if not findings:
        return _ByItself(findings, False, False)
    last, answer = criteria[len(findings) - 1], findings[-1].answer
    if not last.closes(answer):
        return _ByItself(findings, False, False)
    is_barred = last.bars and answer is Truth.NOT_MET
    return _ByItself(_closed(findings, criteria), True, is_barred)


def _ask(
    line: ClaimLine, asked: AskedCriteria, history: History, earlier: EarlierLines
) -> tuple[Finding, ...]:
    found = _by_itself(line, asked, history)
    if found.is_closed or line.is_watched:
        return found.findings
    criteria = asked.criteria
    authorizations = history.known.authorizations_for(line.procedure, line.on)
    seen = history.of(line.policy)
    question = Question(line, seen, earlier, authorizations, history.library)
    findings = _ask_in_order(criteria[len(found.findings) :], question, found.findings)
    if criteria[len(findings) - 1].closes(findings[-1].answer):
        return _closed(findings, criteria)
    return findings


def _ask_in_order(
    criteria: Iterable[Criterion[Terms]], question: Question, findings: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Asks up to the first gate that closes, or to what a study is asked; adds to `findings`."""
    found = list(findings)
    for row in criteria:
        if row.ask is None:
            break
        if row.is_of_some_lines and not _applies(row, question):
            because = "it is asked of other lines only, by their purpose or their plan's state"
            finding = met(row, question.library, because)
        else:
            finding = row.ask(question, row)
        found.append(finding)
        if row.gate is not None and row.closes(finding.answer):
            break
    return tuple(found)


def _applies(row: Criterion[Terms], asked: Question) -> bool:
    """Whether a criterion that is asked of some lines only is asked of this one."""
    line = asked.line
    if row.only_states and (line.plan is None or line.plan.state not in row.only_states):
        return False
    purposes = asked.history.meaning_of_line(line).every
    return not row.only_purposes or (bool(purposes) and purposes <= row.only_purposes)


def _is_barred(history: History, is_barred: IsBarred, line: ClaimLine) -> bool:
    """Whether a gate denies an MRS line; none denies what waits, since it is not asked."""
    asked = line.asked
    denied = False
    if asked is not None and is_asked(line, history):
        denied = _by_itself(line, asked, history).is_barred
    return is_barred(line.name, denied)


def _closed(
    findings: tuple[Finding, ...], criteria: tuple[Criterion[Terms], ...]
) -> tuple[Finding, ...]:
    """The findings up to a gate that closed, and `not_asked` for the criteria behind it."""
    because = f"{findings[-1].criterion} comes first"
    behind = [not_asked(row, because) for row in criteria[len(findings) :]]
    return (*findings, *behind)
