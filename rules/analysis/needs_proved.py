"""What a line asks for, proved: by all smallest sets of facts that resolve or reopen it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rules.analysis.open_line import OpenLine
from rules.analysis.sufficient_sets import (
    IsTurned,
    SetsDecided,
    SufficientSet,
    is_resolved,
    open_line,
    sufficient_sets,
)
from rules.analysis.supplies import for_the_line
from rules.determination import Determination
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.truth import Truth

_Needs = frozenset[str | None]
"""Codes of needs; None: what only others can do."""


class NeedsProved(NamedTuple):
    """Codes of needs by the sets that they are part of."""

    own: frozenset[str]
    """Of sets that the requester could supply alone: each must be asked for."""
    any: frozenset[str]
    """Of all sets, also with what others would have to do: nothing else may be asked for."""

    def explain(self, asked: frozenset[str]) -> bool:
        """Whether what is asked for lies between the two."""
        return self.own <= asked <= self.any


def reopening_sets(sets: SetsDecided) -> Iterator[SufficientSet]:
    """
    The smallest of sets for a line that better it at all, whether or not they resolve it.

    What a gate has closed is opened, a denial becomes a pend, a denial that awaits a peer another
    pend. A line that only waits can be bettered in no other way than by resolving it.
    """
    is_opened = _opened_by(sets.case)
    if is_opened is not None:
        yield from sufficient_sets(sets, is_opened)


def needs_proved(record: Record, library: Library, line: LineKey) -> NeedsProved:
    """What of a line can be asked of the requester, by all smallest sets that help it."""
    case = open_line(record, library, line)
    if case is None:
        return NeedsProved(frozenset(), frozenset())
    sets = SetsDecided(record, case, for_the_line(case))
    found = [_needs_of(reopening_sets(sets))]
    if not is_behind_a_gate(case):
        found.append(_needs_of(sufficient_sets(sets, is_resolved)))
    own = [needs for some in found for needs in _smallest(some) if None not in needs]
    return NeedsProved(_union(own), _union([needs for some in found for needs in some]))


def is_behind_a_gate(case: OpenLine) -> bool:
    """Whether criteria were not asked: a gate is closed, its plan or its original not known."""
    return _is_waiting(case.now) or _closing(case) is not None


def _needs_of(found: Iterable[SufficientSet]) -> list[_Needs]:
    return [frozenset(supply.need for supply in one.supplies) for one in found]


def _smallest(sets: Sequence[_Needs]) -> list[_Needs]:
    """Those that hold no other: of the same documents, one may bring on what another does not."""
    return [needs for needs in sets if not any(other < needs for other in sets)]


def _union(sets: Sequence[_Needs]) -> frozenset[str]:
    return frozenset(need for needs in sets for need in needs if need is not None)


def _opened_by(case: OpenLine) -> IsTurned | None:
    """What reopens a line; None where only resolving it helps."""
    now = case.now
    if case.line.is_watched and now.reason == "ORIGINAL_NOT_FOUND":
        return lambda one: one.reason != "ORIGINAL_NOT_FOUND"  # then its plan may not matter
    if _is_waiting(now):
        return lambda one: is_resolved(one) or not _is_waiting(one)
    closing = _closing(case)
    if closing is not None:
        at = closing
        closed = (Truth.NOT_MET, Truth.NOT_ASKED)
        return lambda one: at < len(one.findings) and one.findings[at].answer not in closed
    if now.outcome == "denied" or now.reason == "PEER_REVIEW":
        return lambda one: one.outcome != "denied" and one.reason != "PEER_REVIEW"
    return None


def _is_waiting(now: Determination) -> bool:
    """Whether its plan or the claim that it names is not known."""
    return now.reason == "ORIGINAL_NOT_FOUND" or now.line_of_business == "unknown"


def _closing(case: OpenLine) -> int | None:
    """The place of the finding by which a gate denies a line that the policy decides."""
    line = case.line
    gates = line.asked.gates if line.asked is not None and line.is_decided else 0
    for at, finding in enumerate(case.now.findings[:gates]):
        if finding.answer is Truth.NOT_MET:
            return at
    return None
