"""One member under two libraries: what comes out otherwise, and what only because others do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from rules.adjudicate import Earlier, adjudicate_since
from rules.determination import Determination
from rules.exclusivity.line_interactions import How, LineInteractions
from rules.exclusivity.strength import Strength
from rules.history.record import Record
from rules.history.studies import LineKey, Study, StudyKey
from rules.library_model import Library

DETAILS = (
    *("group", "carc", "rarc", "needs", "due_on"),
    *("recommended", "review", "decided_by", "review_ignored"),
)
"""What of a determination people act on beside its outcome and reason."""


class InteractionLog(NamedTuple):
    """All that the lines of a member let one another see of what became of them."""

    standings: Mapping[tuple[StudyKey, How], Strength]
    barred: Mapping[LineKey, bool]


class MemberDecisions(NamedTuple):
    """A member decided by one library."""

    determinations: tuple[Determination, ...]
    """Sorted by claim id and line number."""
    noted: InteractionLog


class Flip(NamedTuple):
    """A line that another library gives another outcome or reason."""

    before: Determination
    after: Determination
    by_itself: Determination
    """By the other library, with every other line and study standing as under the first."""

    @property
    def is_first_order(self) -> bool:
        """It flips by itself; else it is cascaded: only others that come out otherwise flip it."""
        return is_flipped(self.before, self.by_itself)


class MemberComparison(NamedTuple):
    """What another library makes of a member."""

    flips: tuple[Flip, ...]
    undone: int
    """Lines that would flip by themselves, but do not since others come out otherwise too."""
    by_itself: tuple[Determination, ...]
    """What the other library makes of each line, with all others as under the first."""


def decide(record: Record, library: Library) -> MemberDecisions:
    """Every line of a member, and how each stood to the others."""
    noting = _Noting()
    log = InteractionLog(noting.standings, noting.barred)
    return MemberDecisions(_decide(record, library, noting), log)


def compare(
    record: Record, before: MemberDecisions, after: MemberDecisions, library: Library
) -> MemberComparison:
    """What flips from one library to the other; `library` is the one that decided `after`."""
    held = after.determinations
    if before.noted != after.noted:
        held = _decide(record, library, _Holding(before.noted))
    flips: list[Flip] = []
    undone = 0
    for was, now, alone in zip(before.determinations, after.determinations, held, strict=True):
        if is_flipped(was, now):
            flips.append(Flip(was, now, alone))
        elif is_flipped(was, alone):
            undone += 1
    return MemberComparison(tuple(flips), undone, held)


def is_flipped(before: Determination, after: Determination) -> bool:
    """Whether outcome or reason differ."""
    return (before.outcome, before.reason) != (after.outcome, after.reason)


def changed_details(before: Determination, after: Determination) -> Iterable[str]:
    """Which of the other fields that people act on differ."""
    return (name for name in DETAILS if getattr(before, name) != getattr(after, name))


def _decide(
    record: Record, library: Library, others: LineInteractions
) -> tuple[Determination, ...]:
    return adjudicate_since(record, library, date.min, Earlier({}, {}), others).determinations


class _Noting(LineInteractions):
    """Writes down how each stands."""

    def __init__(self) -> None:
        self.standings: dict[tuple[StudyKey, How], Strength] = {}
        self.barred: dict[LineKey, bool] = {}

    def stands(self, study: Study, decided: Strength, how: How) -> Strength:
        self.standings[(study.procedure, study.on), how] = decided
        return decided

    def is_barred(self, line: LineKey, is_barred: bool) -> bool:
        self.barred[line] = is_barred
        return is_barred


class _Holding(LineInteractions):
    """Lets each stand as was noted; what was not asked then stands as it is decided now."""

    def __init__(self, noted: InteractionLog) -> None:
        self._noted = noted

    def stands(self, study: Study, decided: Strength, how: How) -> Strength:
        return self._noted.standings.get(((study.procedure, study.on), how), decided)

    def is_barred(self, line: LineKey, is_barred: bool) -> bool:
        return self._noted.barred.get(line, is_barred)
