"""What would change a line, in the words of `explain --what-would-change`; asked for on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from rules.analysis.counterfactual import notice_of, what_would_change
from rules.analysis.sufficient_sets import SufficientSet
from rules.library_model import Library
from worker.explain.claim_history import ClaimHistory
from worker.explain.words import turn_subject

AT_ONCE_EVENTS_MAX: Final = 8
"""So many events of a member are tried while the page is made: a quarter of a second at most."""
ON_DEMAND_EVENTS_MAX: Final = 24
"""So many when somebody asks: seconds. Of more it is minutes, and the command is named instead."""

TurningEffort = Literal["at_once", "on_demand", "by_command"]


class TurnView(NamedTuple):
    """Facts that together turn the line."""

    facts: tuple[str, ...]
    leads_to: str


class ChangesView(NamedTuple):
    """Everything that would change the line."""

    why_none: str | None
    resolving: tuple[TurnView, ...]
    reopening: tuple[TurnView, ...]
    denying: tuple[TurnView, ...]
    documents: tuple[str, ...]
    """What a notice may say of it."""
    may_ask_a_reviewer: bool


def extent_of(known: ClaimHistory) -> TurningEffort:
    """How much work it is to find out: it grows with all that is known of the member."""
    if known.record.version <= AT_ONCE_EVENTS_MAX:
        return "at_once"
    return "on_demand" if known.record.version <= ON_DEMAND_EVENTS_MAX else "by_command"


def changes_view(
    known: ClaimHistory, library: Library, line: tuple[str, int]
) -> ChangesView | None:
    """What would change a line; None if it is neither denied nor pended."""
    found = what_would_change(known.record, library, line)
    if found is None:
        return None
    notice = notice_of(found)
    return ChangesView(
        found.why_none,
        _turns(found.for_it),
        _turns(found.reopening),
        _turns(found.against_it),
        tuple(" And: ".join(texts) for texts in notice.documents),
        notice.may_ask_a_reviewer,
    )


def _turns(sets: Iterable[SufficientSet]) -> tuple[TurnView, ...]:
    return tuple(
        TurnView(
            tuple(supply.text for supply in one.supplies),
            f"{turn_subject(one)}{one.outcome.replace('_', ' ')}, {one.reason}",
        )
        for one in sets
    )
