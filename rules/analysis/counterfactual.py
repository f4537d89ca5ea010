"""What would change a line: the smallest sets of facts that do, each re-decided; on demand only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from typing import NamedTuple

from rules.adjudicate import adjudicate
from rules.analysis.corrected_claim import corrected, corrected_id, is_sent_again, of_the_corrected
from rules.analysis.open_line import OpenLine, Supply
from rules.analysis.supplies import against_the_line, for_the_line
from rules.criteria.registry import GATES
from rules.determination import Determination, Outcome
from rules.facts import Claim, Event, Fact
from rules.history.history import History
from rules.history.record import Record, append
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.truth import Truth

SET_SIZE_MAX = 4
"""So many facts are changed together at most."""

_FAVOURABLE = frozenset({"approved", "not_applicable"})
_SOURCE = "/what-would-change"
_REVIEW = "review"

_IsTurned = Callable[[Determination], bool]


class SufficientSet(NamedTuple):
    """A set of facts that turns a line; without any one of them it does not."""

    supplies: tuple[Supply, ...]
    outcome: Outcome
    reason: str


class Counterfactual(NamedTuple):
    """What would turn a denied or pended line."""

    now: Determination
    for_it: tuple[SufficientSet, ...]
    """The smallest sets that settle it for the provider, the smaller first."""
    against_it: tuple[SufficientSet, ...]
    """The smallest sets that would deny a line that waits."""
    why_none: str | None
    """A sentence, where nothing settles it for the provider."""


class Notice(NamedTuple):
    """What a requester may be told: texts of `needs` alone, no code, day, claim or provider."""

    documents: tuple[tuple[str, ...], ...]
    """Each set would settle or reopen the line; what is in one set is needed together."""
    may_ask_a_reviewer: bool


class NeedsProved(NamedTuple):
    """Codes of needs by the sets that they are part of."""

    own: frozenset[str]
    """Of sets that the requester could supply alone: each must be asked for."""
    any: frozenset[str]
    """Of all sets, also with what others would have to do: nothing else may be asked for."""

    def explain(self, asked: frozenset[str]) -> bool:
        """Whether what is asked for lies between the two."""
        return self.own <= asked <= self.any


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
    for_it = tuple(_sufficient(record, case, for_the_line(case), _is_settled))
    against: tuple[SufficientSet, ...] = ()
    if now.outcome == "pended":
        against = tuple(_sufficient(record, case, against_the_line(case), _is_denied))
    return Counterfactual(now, for_it, against, None if for_it else _why_none(now))


def what_would_reopen(
    record: Record, library: Library, line: LineKey
) -> tuple[SufficientSet, ...] | None:
    """
    The smallest sets that better a line at all, without settling it; None if it is not open.

    What a gate has closed is opened, a denial becomes a pend, a denial that awaits a peer another
    pend. A line that only waits can be bettered in no other way than by settling it.
    """
    case = open_line(record, library, line)
    if case is None:
        return None
    is_opened = _opened_by(case)
    if is_opened is None:
        return ()
    return tuple(_sufficient(record, case, for_the_line(case), is_opened))


def needs_proved(record: Record, library: Library, line: LineKey) -> NeedsProved:
    """What of a line can be asked of the requester, by all smallest sets that help it."""
    reopening = what_would_reopen(record, library, line) or ()
    case = open_line(record, library, line)
    settling: Iterator[SufficientSet] = iter(())
    if case is not None and not is_behind_a_gate(case.now):
        settling = _sufficient(record, case, for_the_line(case), _is_settled)
    sets = [[supply.need for supply in found.supplies] for found in (*reopening, *settling)]
    own = [needs for needs in sets if None not in needs]
    return NeedsProved(_union(own), _union(sets))


def is_behind_a_gate(now: Determination) -> bool:
    """Whether criteria were not asked: a gate is closed, its plan or its original not known."""
    return _is_waiting(now) or _closing(now) is not None


def notice_of(found: Counterfactual, library: Library) -> Notice:
    """What of it the requester could supply, in the words of `needs`, each set once."""
    needs = {need.code for need in found.now.needs}
    codes = [
        {str(supply.need) for supply in one.supplies}
        for one in found.for_it
        if all(supply.need in needs for supply in one.supplies)
    ]
    own = [asked for asked in codes if _REVIEW not in asked]
    smallest = [asked for asked in own if not any(other < asked for other in own)]
    texts = (
        tuple(text for code, text in library.needs.items() if code in asked) for asked in smallest
    )
    return Notice(tuple(dict.fromkeys(texts)), {_REVIEW} in codes)


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


def open_line(record: Record, library: Library, name: LineKey) -> OpenLine | None:
    """The line with all that is known around it; None if it is not denied or pended."""
    decided = {(one.claim_id, one.line): one for one in adjudicate(record, library)}
    now = decided.get(name)
    if now is None or now.outcome not in ("denied", "pended"):
        return None
    history = History(record, library)
    (line,) = (one for one in history.lines if one.name == name)
    return OpenLine(history, line, now, _unused(record))


_WHY_NONE = {
    "benefit": "The plan excludes the service, and another plan would not settle the line either.",
    "authority": "Another authority's rule denies it on its day; no document changes that.",
}
_WHY_NONE_OTHERWISE = (
    f"No {SET_SIZE_MAX} facts that could honestly be supplied settle it for the provider."
)


def _union(sets: Sequence[Sequence[str | None]]) -> frozenset[str]:
    return frozenset(need for needs in sets for need in needs if need is not None)


def _opened_by(case: OpenLine) -> _IsTurned | None:
    """What reopens a line; None where only settling it helps."""
    now = case.now
    if now.service == "pet" and now.reason == "ORIGINAL_NOT_FOUND":
        return lambda one: one.reason != "ORIGINAL_NOT_FOUND"  # then its plan may not matter
    if _is_waiting(now):
        return lambda one: _is_settled(one) or not _is_waiting(one)
    closing = _closing(now)
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


def _closing(now: Determination) -> int | None:
    """The place of the finding by which a gate denies a spectroscopy."""
    for at, finding in enumerate(now.findings[:GATES] if now.service == "mrs" else ()):
        if finding.answer is Truth.NOT_MET:
            return at
    return None


def _is_settled(one: Determination) -> bool:
    return one.outcome in _FAVOURABLE


def _is_denied(one: Determination) -> bool:
    return one.outcome == "denied"


def _unused(record: Record) -> str:
    """A text with which no id of the record begins."""
    ids = {origin.id for kind in record for origin, _ in kind}
    for _, fact in record.entries():
        ids.update(value for value in fact if isinstance(value, str))
    prefix = "supplied"
    while any(value.startswith(prefix) for value in ids):
        prefix += "'"
    return prefix


def _sufficient(
    record: Record, case: OpenLine, supplies: Sequence[Supply], is_turned: _IsTurned
) -> Iterator[SufficientSet]:
    """The minimal sets that turn the line."""
    found: list[set[int]] = []
    for size in range(1, SET_SIZE_MAX + 1):
        for chosen in combinations(range(len(supplies)), size):
            if any(smaller <= set(chosen) for smaller in found):
                continue
            together = tuple(supplies[at] for at in chosen)
            one = _decided(record, case, together)
            if is_turned(one) and not _turns_without(record, case, together, is_turned):
                found.append(set(chosen))
                yield SufficientSet(together, one.outcome, one.reason)


def _turns_without(
    record: Record, case: OpenLine, supplies: Sequence[Supply], is_turned: _IsTurned
) -> bool:
    """Whether it is the sending again that turns the line, and not all that is put on it."""
    return any(
        is_turned(_decided(record, case, [one for one in supplies if one is not left], again=True))
        for left in supplies
        if left.correction is not None
    )


def _decided(
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


def _why_none(now: Determination) -> str:
    for finding in now.findings:
        if finding.reason == now.reason and finding.criterion in _WHY_NONE:
            return _WHY_NONE[finding.criterion]
    return _WHY_NONE_OTHERWISE
