"""The smallest sets of facts that turn a line: each is decided again, none holds another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from typing import NamedTuple

from rules.adjudicate import adjudicate
from rules.analysis.corrected_claim import corrected, corrected_id, is_sent_again, of_the_corrected
from rules.analysis.open_line import OpenLine, Supply
from rules.determination import Determination, Outcome
from rules.facts import Claim, Event, Fact
from rules.history.history import History
from rules.history.record import Record, append
from rules.history.studies import LineKey
from rules.library_model import Library

SET_SIZE_MAX = 4
"""So many facts are changed together at most."""

IsTurned = Callable[[Determination], bool]

_FAVOURABLE = frozenset({"approved", "not_applicable"})
_SOURCE = "/what-would-change"


class SufficientSet(NamedTuple):
    """A set of facts that turns a line; without any one of them it does not."""

    supplies: tuple[Supply, ...]
    outcome: Outcome
    reason: str


def open_line(record: Record, library: Library, name: LineKey) -> OpenLine | None:
    """The line with all that is known around it; None if it is not denied or pended."""
    decided = {(one.claim_id, one.line): one for one in adjudicate(record, library)}
    now = decided.get(name)
    if now is None or now.outcome not in ("denied", "pended"):
        return None
    history = History(record, library)
    (line,) = (one for one in history.lines if one.name == name)
    return OpenLine(history, line, now, _unused(record))


class SetsDecided:
    """A line decided with sets of what might be supplied, each once, whatever is asked of it."""

    def __init__(self, record: Record, case: OpenLine, supplies: Sequence[Supply]) -> None:
        self.record = record
        self.case = case
        self.supplies = supplies
        self._decided: dict[tuple[int, ...], Determination] = {}

    def with_those(self, chosen: tuple[int, ...]) -> Determination:
        """The line with the supplies of these places."""
        if chosen not in self._decided:
            together = [self.supplies[at] for at in chosen]
            self._decided[chosen] = decided_with(self.record, self.case, together)
        return self._decided[chosen]


def sufficient_sets(sets: SetsDecided, is_turned: IsTurned) -> Iterator[SufficientSet]:
    """The minimal sets that turn the line."""
    record, case, supplies = sets.record, sets.case, sets.supplies
    found: list[set[int]] = []
    for size in range(1, SET_SIZE_MAX + 1):
        for chosen in combinations(range(len(supplies)), size):
            if any(smaller <= set(chosen) for smaller in found):
                continue
            together = tuple(supplies[at] for at in chosen)
            one = sets.with_those(chosen)
            if is_turned(one) and not _turns_without(record, case, together, is_turned):
                found.append(set(chosen))
                yield SufficientSet(together, one.outcome, one.reason)


def decided_with(
    record: Record, case: OpenLine, supplies: Sequence[Supply], *, again: bool = False
) -> Determination:
    """The line, or the one that takes its place, with some facts supplied."""
    for event in supplied(record, case, supplies, again=again):
        record = append(record, event, b"")
    library = case.library
    for supply in supplies:
        if supply.supposes is not None:
            library = supply.supposes(library)
    again |= is_sent_again(supplies)
    name = (corrected_id(case) if again else case.line.name[0], case.line.name[1])
    (one,) = (one for one in adjudicate(record, library) if (one.claim_id, one.line) == name)
    return one


def supplied(
    record: Record, case: OpenLine, supplies: Sequence[Supply], *, again: bool = False
) -> list[Event]:
    """
    The events that a set of facts would come as, after all that the record holds.

    `again`: the claim is sent again even if nothing on it is corrected.
    """
    at = _after(record)
    facts = [fact for supply in supplies for fact in supply.facts]
    if again or is_sent_again(supplies):
        facts = [of_the_corrected(fact, case) for fact in facts]
        facts.append(corrected(case, supplies))
    return [
        Event("", f"{case.unused}-{number}", _SOURCE, at, _received(fact, at))
        for number, fact in enumerate(facts, start=1)
    ]


def is_resolved(one: Determination) -> bool:
    """Whether nothing is open or denied any more."""
    return one.outcome in _FAVOURABLE


def _turns_without(
    record: Record, case: OpenLine, supplies: Sequence[Supply], is_turned: IsTurned
) -> bool:
    """Whether it is the sending again that turns the line, and not all that is put on it."""
    corrections = [supply for supply in supplies if supply.correction is not None]
    fewer = ([one for one in supplies if one is not left] for left in corrections)
    return any(is_turned(decided_with(record, case, few, again=True)) for few in fewer)


def _unused(record: Record) -> str:
    """A text with which no id of the record begins."""
    ids = {origin.id for kind in record for origin, _ in kind}
    for _, fact in record.entries():
        ids.update(value for value in fact if isinstance(value, str))
    prefix = "supplied"
    while any(value.startswith(prefix) for value in ids):
        prefix += "'"
    return prefix


def _after(record: Record) -> datetime:
    """A minute after everything that the record holds, and after every receipt."""
    told = [origin.time for kind in record for origin, _ in kind]
    received = [datetime.combine(c.received_at, time(12), UTC) for _, c in record.claims]
    return max(told + received) + timedelta(minutes=1)


def _received(fact: Fact, at: datetime) -> Fact:
    """A claim is received when it is sent; an original that is missing came with what names it."""
    if isinstance(fact, Claim) and fact.frequency != "1":
        return fact._replace(received_at=max(fact.received_at, at.date()))
    return fact
