"""What was known of a line when a reviewer denied it, held against what is known now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from rules.determination import Finding
from rules.exclusivity.line_interactions import How
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.truth import Truth


class Known(NamedTuple):
    """The findings of each line that was known; none of a line that no criterion was asked of."""

    decided: Mapping[LineKey, tuple[Finding, ...]]
    alone: Mapping[LineKey, tuple[Finding, ...]]
    """Where they differ: as they would be without the equals of its day (`rules.md` 4.9)."""

    def of(self, line: LineKey, how: How) -> tuple[Finding, ...] | None:
        """The findings of a line; None if it was not known."""
        if how == "alone" and line in self.alone:
            return self.alone[line]
        return self.decided.get(line)


Decide = Callable[[Record, Library, "Hindsight"], Known]

_GOODNESS = {Truth.NOT_MET: 0, Truth.NOT_ASKED: 1, Truth.UNKNOWN: 1, Truth.MET: 2}


class Hindsight:
    """
    Decides a member again by the events up to an instant, each instant once (`rules.md` 4).

    Within what was known at an instant, a review of that instant or later is held against itself,
    so that it never is outdated; an earlier one is held against still less. So this ends.
    """

    def __init__(
        self,
        record: Record,
        library: Library,
        decide: Decide,
        known: dict[datetime, Known] | None = None,
        until: datetime | None = None,
    ) -> None:
        """`until`: the instant whose knowledge `record` is; None: it is all that is known."""
        self._record = record
        self._library = library
        self._decide = decide
        self._known: dict[datetime, Known] = {} if known is None else known
        self._until = until

    def answers_at(
        self, line: LineKey, findings: tuple[Finding, ...], reviewed_at: datetime, how: How
    ) -> tuple[Truth, ...] | None:
        """What each criterion of a line answered at a review; None if the line was not known."""
        if self._until is not None and reviewed_at >= self._until:
            return tuple(finding.answer for finding in findings)
        then = self._at(reviewed_at).of(line, how)
        if then is None:
            return None
        return tuple(finding.answer for finding in then) or (Truth.UNKNOWN,) * len(findings)

    @staticmethod
    def is_better(findings: tuple[Finding, ...], then: tuple[Truth, ...]) -> bool:
        """Whether any finding is better than what its criterion answered then."""
        return any(
            _GOODNESS[now.answer] > _GOODNESS[was] for now, was in zip(findings, then, strict=True)
        )

    def _at(self, instant: datetime) -> Known:
        if instant not in self._known:
            record = self._record.until(instant)
            inner = Hindsight(record, self._library, self._decide, self._known, instant)
            self._known[instant] = self._decide(record, self._library, inner)
        return self._known[instant]
