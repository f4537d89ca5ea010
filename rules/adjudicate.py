"""The one entry point: everything known about a member, and the library -> determinations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from rules.criteria.duplicates import EarlierLines
from rules.criteria.line_findings import ask_criteria, earlier_lines
from rules.determination import Determination, Finding, Outcome
from rules.exclusivity.line_interactions import AS_DECIDED, LineInteractions
from rules.exclusivity.strength import Strength
from rules.exclusivity.timeline import StudyFindings, ask_studies, finding_for, walk
from rules.hindsight import Hindsight, Known
from rules.history.history import History
from rules.history.record import Record
from rules.history.studies import ClaimLine, LineKey, StudyKey
from rules.judge import Judge
from rules.library_model import Library
from rules.outcome.determinations import determine


class Earlier(NamedTuple):
    """How the days before some date stand decided."""

    outcomes: Mapping[LineKey, tuple[Outcome, str]]
    """Outcome and reason of each line."""
    strengths: Mapping[StudyKey, Strength]
    """How firmly each study stands that is known from reports alone; later days do not matter."""


NOTHING_EARLIER = Earlier({}, {})


class Adjudicated(NamedTuple):
    """What a member's record is decided as."""

    determinations: tuple[Determination, ...]
    """Sorted by claim id and line number."""
    strengths: Mapping[StudyKey, Strength]
    """As `Earlier` has them, of the days that were decided."""


def adjudicate(record: Record, library: Library) -> tuple[Determination, ...]:
    """Every claim line of the record, decided; sorted by claim id and line number."""
    history = History(record, library)
    judge = _judge(
        history, history.lines, NOTHING_EARLIER, earlier_lines(history, AS_DECIDED.is_barred)
    )
    walked = walk(history, judge.outcome_with, {}, for_lines=True)
    return _determinations(history.lines, judge, walked.findings)


def adjudicate_since(
    record: Record,
    library: Library,
    since: date,
    earlier: Earlier,
    interactions: LineInteractions = AS_DECIDED,
) -> Adjudicated:
    """
    The claim lines of a day and later, decided; what came before stands as `earlier` says.

    No rule looks forward in time from a date of service, so that a fact can change nothing before
    the first day that it speaks of (`rules/member/invalidation.py`).
    """
    return adjudicate_history(History(record, library, since), earlier, interactions)


def adjudicate_history(
    history: History,
    earlier: Earlier,
    interactions: LineInteractions = AS_DECIDED,
    billed: EarlierLines | None = None,
) -> Adjudicated:
    """
    The same, of what is known already; the history says from which day on.

    `billed`: the lines that may have billed a service before, where they were looked up already.
    """
    lines = history.lines_to_decide()
    billed = billed or earlier_lines(history, interactions.is_barred)
    judge = _judge(history, lines, earlier, billed)
    walked = walk(history, judge.outcome_with, earlier.strengths, interactions)
    return Adjudicated(_determinations(lines, judge, walked.findings), walked.strengths)


def adjudicate_lines(
    lines: list[ClaimLine], history: History, earlier: Earlier, billed: EarlierLines
) -> tuple[Determination, ...]:
    """Lines alone of `since` or later, where no other line and no study of those days matters."""
    judge = _judge(history, lines, earlier, billed)
    findings = ask_studies(history, judge.outcome_with, earlier.strengths, lines)
    return _determinations(lines, judge, findings)


def _judge(
    history: History, lines: list[ClaimLine], earlier: Earlier, billed: EarlierLines
) -> Judge:
    hindsight = Hindsight(history.record, history.library, _known_by)
    findings = ask_criteria(history, lines, billed)
    return Judge(history, findings, earlier.outcomes, hindsight)


def _determinations(
    lines: list[ClaimLine], judge: Judge, found: StudyFindings
) -> tuple[Determination, ...]:
    ordered = sorted(lines, key=attrgetter("name"))
    return tuple([_determination(line, judge, finding_for(found, line)) for line in ordered])


def _determination(line: ClaimLine, judge: Judge, exclusivity: Finding | None) -> Determination:
    judged = judge.judged(line, exclusivity)
    ignored = judge.history.reviews_of(line).ignored
    library = judge.history.library
    return determine(line, judged.judgement, judged.findings, ignored, library)


def _known_by(record: Record, library: Library, hindsight: Hindsight) -> Known:
    """The findings that the events of a record alone lead to."""
    history = History(record, library)
    billed = earlier_lines(history, AS_DECIDED.is_barred)
    judge = Judge(history, ask_criteria(history, history.lines, billed), {}, hindsight)
    walked = walk(history, judge.outcome_with, {}, for_lines=True)
    return Known(
        {
            line.name: judge.findings_with(line, finding_for(walked.findings, line))
            for line in history.lines
        },
        {
            line.name: judge.findings_with(line, finding_for(walked.alone, line))
            for line in history.lines
            if finding_for(walked.alone, line) is not None
        },
    )
