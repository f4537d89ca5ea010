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
from rules.analysis.supplies import Case, Supply, against_the_line, for_the_line
from rules.determination import Determination, Outcome
from rules.facts import Claim, Event, Fact, Review
from rules.history.history import History
from rules.history.record import Record, append
from rules.history.studies import LineKey
from rules.library_model import Library

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
    against: tuple[Turn, ...] = ()
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


def supplied(
    record: Record, case: Case, supplies: Sequence[Supply], *, is_sent_again: bool
) -> list[Event]:
    """The events that a set of facts would come as, after all that the record holds."""
    at = _after(record)
    facts = [fact for supply in supplies for fact in supply.facts]
    if is_sent_again:
        facts = [_of_the_corrected(fact, case) for fact in facts]
        facts.append(_corrected(case, supplies))
    return [
        Event("", f"{case.unused}-{number}", _SOURCE, at, _received(fact, at))
        for number, fact in enumerate(facts, start=1)
    ]


_REVIEW = "review"

_WHY_NONE = {
    "benefit": "The plan excludes the service, and another plan would not settle the line either.",
    "authority": "Another authority's rule denies it on its day; no document changes that.",
    "coding": "What the claim says of its own codes decides it; only whoever rendered the service "
    "can say whether they are right.",
    "not_duplicate": "What it repeats cannot be voided without the line itself.",
}
_WHY_NONE_OTHERWISE = (
    f"No {SET_SIZE_MAX} facts that could honestly be supplied settle it for the provider."
)


def _case(record: Record, library: Library, line: LineKey) -> Case:
    history = History(record, library)
    claim = history.book.known[line[0]].claim
    (own,) = (held for held in claim.lines if held.number == line[1])
    return Case(history, claim, own, _unused(record))


def _unused(record: Record) -> str:
    """A text with which no id of the record begins."""
    ids = {origin.id for kind in record for origin, _ in kind}
    for _, fact in record.entries():
        ids.update(held for held in fact if isinstance(held, str))
    prefix = "supplied"
    while any(held.startswith(prefix) for held in ids):
        prefix += "'"
    return prefix


def _turns(
    record: Record, case: Case, supplies: Sequence[Supply], wanted: frozenset[str]
) -> Iterator[Turn]:
    """The minimal sets that lead to one of the outcomes that are wanted."""
    if _decided(record, case, (), is_sent_again=True).outcome in wanted:
        # Then it is the sending again that turns the line, and nothing that is put on it.
        supplies = [supply for supply in supplies if not supply.corrects_the_claim]
    found: list[set[int]] = []
    for size in range(1, SET_SIZE_MAX + 1):
        for chosen in combinations(range(len(supplies)), size):
            if any(smaller <= set(chosen) for smaller in found):
                continue
            together = tuple(supplies[at] for at in chosen)
            one = _decided(record, case, together)
            if one.outcome in wanted:
                found.append(set(chosen))
                yield Turn(together, one.outcome, one.reason)


def _decided(
    record: Record, case: Case, supplies: Sequence[Supply], *, is_sent_again: bool = False
) -> Determination:
    """The line, or the one that takes its place, with some facts supplied."""
    is_sent_again |= any(supply.corrects_the_claim for supply in supplies)
    for event in supplied(record, case, supplies, is_sent_again=is_sent_again):
        record = append(record, event, b"")
    plans = {supply.plan.plan_id: supply.plan for supply in supplies if supply.plan is not None}
    library = replace(case.library, plans={**case.library.plans, **plans})
    claim_id = _corrected_id(case) if is_sent_again else case.claim.claim_id
    (one,) = (
        determination
        for determination in adjudicate(record, library)
        if (determination.claim_id, determination.line) == (claim_id, case.line.number)
    )
    return one


def _corrected(case: Case, supplies: Sequence[Supply]) -> Claim:
    """The claim sent again, in the place of itself or of what it replaces."""
    words = [supply.attestation for supply in supplies if supply.attestation is not None]
    plans = [supply.plan_id for supply in supplies if supply.plan_id is not None]
    claim = case.claim
    return claim._replace(
        claim_id=_corrected_id(case),
        frequency="7",
        replaces=claim.replaces or claim.claim_id,
        attestations=(*claim.attestations, *words),
        plan_id=next(iter(plans), claim.plan_id),
    )


def _of_the_corrected(fact: Fact, case: Case) -> Fact:
    """A reviewer then sees the claim that was sent again."""
    return fact._replace(claim_id=_corrected_id(case)) if isinstance(fact, Review) else fact


def _corrected_id(case: Case) -> str:
    return f"{case.unused}-claim"


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
