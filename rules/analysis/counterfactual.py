"""What would change a line: the smallest sets of facts that do, each re-decided; on demand only."""

from __future__ import annotations

from typing import NamedTuple

from rules.analysis.needs_proved import reopening_sets
from rules.analysis.sufficient_sets import (
    SET_SIZE_MAX,
    SetsDecided,
    SufficientSet,
    is_resolved,
    open_line,
    sufficient_sets,
)
from rules.analysis.supplies import against_the_line, for_the_line
from rules.determination import Determination
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library

_REVIEW = "review"
_OPEN = ("denied", "pended")


class Counterfactual(NamedTuple):
    """What would turn a denied or pended line."""

    now: Determination
    for_it: tuple[SufficientSet, ...]
    """The smallest sets that resolve it for the provider, the smaller first."""
    against_it: tuple[SufficientSet, ...]
    """The smallest sets that would deny a line that waits."""
    why_none: str | None
    """A sentence, where nothing resolves it for the provider."""
    reopening: tuple[SufficientSet, ...] = ()
    """
    The smallest sets that better it without resolving it: a gate opens, a denial waits.

    The line may then be denied for another reason, which was not asked before.
    """


class Notice(NamedTuple):
    """What a requester may be told: texts of `needs` alone, no code, day, claim or provider."""

    documents: tuple[tuple[str, ...], ...]
    """Each set would resolve or reopen the line; what is in one set is needed together."""
    may_ask_a_reviewer: bool


def what_would_change(record: Record, library: Library, line: LineKey) -> Counterfactual | None:
    """
    The smallest sets of facts that turn a line; None if it is not denied or pended.

    Sets are tried in order of size, and no set is tried that holds one that was found: so each is
    minimal. Whether a set turns the line is decided by the kernel on the record with the set in it.
    """
    case = open_line(record, library, line)
    if case is None:
        return None
    now = case.now
    sets = SetsDecided(record, case, for_the_line(case))
    for_it = tuple(sufficient_sets(sets, is_resolved))
    against: tuple[SufficientSet, ...] = ()
    if now.outcome == "pended":
        others = SetsDecided(record, case, against_the_line(case))
        against = tuple(sufficient_sets(others, _is_denied))
    reopening = tuple(one for one in reopening_sets(sets) if one.outcome in _OPEN)
    return Counterfactual(now, for_it, against, None if for_it else _why_none(now), reopening)


def notice_of(found: Counterfactual) -> Notice:
    """What of it the requester could supply, in the words of `needs`, each set once."""
    needs = {need.code for need in found.now.needs}
    codes = [
        {str(supply.need) for supply in one.supplies}
        for one in (*found.for_it, *found.reopening)
        if all(supply.need in needs for supply in one.supplies)
    ]
    own = [asked for asked in codes if _REVIEW not in asked]
    smallest = [asked for asked in own if not any(other < asked for other in own)]
    texts = (
        tuple(need.text for need in found.now.needs if need.code in asked) for asked in smallest
    )
    return Notice(tuple(dict.fromkeys(texts)), {_REVIEW} in codes)


_WHY_NONE = {
    "benefit": "The plan excludes the service, and another plan would not resolve the line either.",
    "authority": "Another authority's rule denies it on its day; no document changes that.",
}
_WHY_NONE_OTHERWISE = (
    f"No {SET_SIZE_MAX} facts that could honestly be supplied resolve it for the provider."
)


def _is_denied(one: Determination) -> bool:
    return one.outcome == "denied"


def _why_none(now: Determination) -> str:
    for finding in now.findings:
        if finding.reason == now.reason and finding.criterion in _WHY_NONE:
            return _WHY_NONE[finding.criterion]
    return _WHY_NONE_OTHERWISE
