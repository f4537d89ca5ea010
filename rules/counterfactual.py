"""
What would change a determination: the smallest sets of facts that turn a line, each re-decided.

On demand only, never where claims are worked off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from typing import NamedTuple

from rules.adjudicate import adjudicate
from rules.determination import Determination, Outcome
from rules.facts import Claim, Event, Fact
from rules.history import History
from rules.library import Library
from rules.others import LineKey
from rules.record import Record, append
from rules.supplies import Case, Supply, against_the_line, for_the_line

SET_SIZE_MAX = 4
"""So many facts are changed together at most."""

_FAVOURABLE = frozenset({"approved", "not_applicable"})
_SOURCE = "/what-would-change"


class Turn(NamedTuple):
    """A set of facts that turns a line; without any one of them it does not."""

    supplies: tuple[Supply, ...]
    outcome: Outcome
    reason: str


class Counterfactual(NamedTuple):
    """What would turn a denied or pended line."""

    now: Determination
    for_it: tuple[Turn, ...]
    """The smallest sets that settle it for the provider, the smaller first."""
    against_it: tuple[Turn, ...]
    """The smallest sets that would deny a line that waits."""
    why_none: str | None
    """A sentence, where nothing settles it for the provider."""


class Notice(NamedTuple):
    """What a requester may be told: texts of `needs` alone, no code, day, claim or provider."""

    documents: tuple[tuple[str, ...], ...]
    """Each set would settle or reopen the line; what is in one set is needed together."""
    may_ask_a_reviewer: bool


def what_would_change(record: Record, library: Library, line: LineKey) -> Counterfactual | None:
    """
    The smallest sets of facts that turn a line; None if it is not denied or pended.

    Sets are tried in order of size, and no set is tried that holds one that was found: so each is
    minimal. Whether a set turns the line is decided by the kernel on the record with the set in it.
    """
    decided = {(one.claim_id, one.line): one for one in adjudicate(record, library)}
    now = decided.get(line)
    if now is None or now.outcome not in ("denied", "pended"):
        return None
    case = _case(record, library, line)
    for_it = tuple(_turns(record, case, for_the_line(case), _FAVOURABLE))
    against = ()
    if now.outcome == "pended":
        against = tuple(_turns(record, case, against_the_line(case), frozenset({"denied"})))
    return Counterfactual(now, for_it, against, None if for_it else _why_none(now))


def notice_of(found: Counterfactual, library: Library) -> Notice:
    """What of it the requester could supply, in the words of `needs`, each set once."""
    needs = {need.code for need in found.now.needs}
    codes = [
        {str(supply.need) for supply in turn.supplies}
        for turn in found.for_it
        if all(supply.need in needs for supply in turn.supplies)
    ]
    own = [held for held in codes if _REVIEW not in held]
    smallest = [held for held in own if not any(other < held for other in own)]
    texts = (
        tuple(text for code, text in library.needs.items() if code in held) for held in smallest
    )
    return Notice(tuple(dict.fromkeys(texts)), {_REVIEW} in codes)


def supplied(record: Record, case: Case, supplies: Sequence[Supply]) -> list[Event]:
    """The events that a set of facts would come as, after all that the record holds."""
    at = _after(record)
    facts = [fact for supply in supplies for fact in supply.facts]
    if any(supply.corrects_the_claim for supply in supplies):
        facts.append(_corrected(case, supplies))
    return [
        Event("", f"{case.unused}-{number}", _SOURCE, at, _received(fact, at))
        for number, fact in enumerate(facts, start=1)
    ]


_REVIEW = "review"
