"""The pended lines, as Redis holds them now: filtered, searched, counted, a page at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Final, NamedTuple

from redis import Redis

from console.deciding.cases import Case
from console.deciding.kept_decisions import WaitsFor, waits
from console.deciding.leases import lease_holders
from console.worklist.filters import Search, WorkFilter, is_due
from console.worklist.open_lines import OpenLines, WaitingLine, urgency
from rules.library_model import Library
from worker.config.shards import shard_of
from worker.determinations.data import Data, MemberLineKey
from worker.determinations.open_pends import OpenPend, contested_claims
from worker.determinations.read import latest_of
from worker.store.keys import Keys

PAGE_ROWS: Final = 50
NEEDS_MAX: Final = 20_000
"""Lines of which it is remembered what they wait for."""
_LEASES_AT_ONCE: Final = 1000


class ShownWork(NamedTuple):
    """A pended line on the page."""

    line: WaitingLine
    holder: str | None
    """Who has it; None: nobody."""
    waits_for: WaitsFor | None
    """Who has to decide it next, where one person has already."""
    needs: tuple[str, ...] | None
    """Codes of what would resolve it; None: the stream no longer holds its determination."""


class OpenTotals(NamedTuple):
    """How much is open, whatever is selected."""

    all: int
    overdue: int
    due_today: int
    by_reason: Sequence[tuple[str, int]]
    """The most frequent first."""
    by_plan: Sequence[tuple[str, int]]
    by_policy: Sequence[tuple[str, int]]


class WorkPage(NamedTuple):
    """One page of what is selected, the most urgent first."""

    totals: OpenTotals
    selected: int
    number: int
    """From 1."""
    pages: int
    shown: Sequence[ShownWork]
    contested: Sequence[OpenPend]
    """Claims whose id came again with other content."""


class OpenShard(NamedTuple):
    """A shard that answers, by the login of the page that asks."""

    number: int
    redis: Redis
    prefix: str


class Worklist:
    """Reads what is open in all shards, for the pages of one process."""

    def __init__(self, prefixes: Sequence[str], library: Library) -> None:
        """`prefixes`: those of all shards, in order."""
        self._shards = len(prefixes)
        self._copies = [OpenLines(prefix, library) for prefix in prefixes]
        self._merged: tuple[Sequence[Sequence[WaitingLine]], Sequence[WaitingLine]] = ((), ())
        self._needs: dict[Case, tuple[WaitingLine, tuple[str, ...] | None]] = {}
        self._totals: tuple[Sequence[WaitingLine], date, OpenTotals] | None = None

    def page(
        self,
        shards: Sequence[OpenShard],
        chosen: WorkFilter,
        number: int,
        viewer: str,
        today: date,
    ) -> WorkPage:
        """
        A page of the lines that are selected; a number past the last is the last.

        Raises `redis.RedisError`.
        """
        lines = self._now(shards)
        selected = list(self._selected(shards, lines, chosen, viewer, today))
        pages = max(1, -(-len(selected) // PAGE_ROWS))
        number = min(max(number, 1), pages)
        rows = selected[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        return WorkPage(
            self._totals_of(lines, today),
            len(selected),
            number,
            pages,
            self._shown(shards, rows),
            list(merge(*(contested_claims(each.redis, Keys(each.prefix)) for each in shards))),
        )

    def _now(self, shards: Sequence[OpenShard]) -> Sequence[WaitingLine]:
        """What is open, the soonest due first; the same object as long as nothing changes."""
        found = [self._copies[each.number].now(each.redis) for each in shards]
        if len(found) == 1:
            return found[0]
        known, lines = self._merged
        if len(known) != len(found) or any(a is not b for a, b in zip(known, found, strict=True)):
            lines = list(merge(*found, key=urgency))
            self._merged = (found, lines)
        return lines

    def _by_shard(
        self, shards: Sequence[OpenShard], cases: Iterable[Case]
    ) -> Iterator[tuple[OpenShard, list[Case]]]:
        """Cases with the shard of their member; of a shard that is away none."""
        asked: dict[int, list[Case]] = {}
        for case in cases:
            asked.setdefault(shard_of(case.member_id, self._shards), []).append(case)
        for each in shards:
            if each.number in asked:
                yield each, asked[each.number]

    def _holders(self, shards: Sequence[OpenShard], cases: Iterable[Case]) -> dict[Case, str]:
        found: dict[Case, str] = {}
        for each, some in self._by_shard(shards, cases):
            found |= lease_holders(each.redis, each.prefix, some)
        return found

    def _totals_of(self, lines: Sequence[WaitingLine], today: date) -> OpenTotals:
        """Counted once for what is open on a day."""
        known = self._totals
        if known is None or known[0] is not lines or known[1] != today:
            known = self._totals = (lines, today, _totals(lines, today))
        return known[2]

    def free(self, shards: Sequence[OpenShard], chosen: WorkFilter, today: date) -> Iterator[Case]:
        """What is selected and nobody has, the most urgent first. Raises `redis.RedisError`."""
        free = chosen._replace(who="free")
        for line in self._selected(shards, self._now(shards), free, "", today):
            yield line.case

    def _selected(
        self,
        shards: Sequence[OpenShard],
        lines: Sequence[WaitingLine],
        chosen: WorkFilter,
        viewer: str,
        today: date,
    ) -> Iterator[WaitingLine]:
        search = Search(chosen)
        meant = (
            line
            for line in lines
            if (not chosen.reason or line.reason == chosen.reason)
            and (not chosen.plan or (line.billed and line.billed.plan_id == chosen.plan))
            and (not chosen.policy or line.policy == chosen.policy)
            and (not chosen.due or is_due(line.due_on, chosen.due, today))
            and (not chosen.search or search.finds(line))
        )
        return meant if not chosen.who else self._with(shards, meant, chosen.who, viewer)

    def _with(
        self, shards: Sequence[OpenShard], lines: Iterator[WaitingLine], who: str, viewer: str
    ) -> Iterator[WaitingLine]:
        """Those that the viewer has, nobody has, or somebody else; few are asked of at first."""
        at_once = PAGE_ROWS
        while some := list(islice(lines, at_once)):
            holders = self._holders(shards, (line.case for line in some))
            for line in some:
                holder = holders.get(line.case)
                has = "free" if holder is None else "mine" if holder == viewer else "others"
                if has == who:
                    yield line
            at_once = _LEASES_AT_ONCE

    def _shown(self, shards: Sequence[OpenShard], rows: Sequence[WaitingLine]) -> list[ShownWork]:
        cases = [line.case for line in rows]
        holders = self._holders(shards, cases)
        others: dict[Case, WaitsFor] = {}
        for each, some in self._by_shard(shards, cases):
            others |= waits(each.redis, each.prefix, some)
        needs = self._needs_of(shards, rows)
        return [
            ShownWork(line, holders.get(line.case), others.get(line.case), needs[line.case])
            for line in rows
        ]

    def _needs_of(
        self, shards: Sequence[OpenShard], rows: Sequence[WaitingLine]
    ) -> dict[Case, tuple[str, ...] | None]:
        """Read once for each determination: a new one makes a new line of the copy."""
        known = self._needs
        if len(known) > NEEDS_MAX:
            known = self._needs = {}
        unknown = {
            _key(line.case): line
            for line in rows
            if line.case not in known or known[line.case][0] is not line
        }
        told: dict[MemberLineKey, Data] = {}
        for each, some in self._by_shard(shards, (line.case for line in unknown.values())):
            told |= latest_of(each.redis, Keys(each.prefix), [_key(case) for case in some])
        for key, line in unknown.items():
            data = told.get(key)
            codes = None if data is None else tuple(need["code"] for need in data["needs"])
            known[line.case] = (line, codes)
        return {line.case: known[line.case][1] for line in rows}


def _key(case: Case) -> MemberLineKey:
    return (case.claim_id, case.line, case.member_id)


def _totals(lines: Sequence[WaitingLine], today: date) -> OpenTotals:
    plans = Counter(line.billed.plan_id for line in lines if line.billed)
    policies = Counter(line.policy for line in lines if line.policy)
    return OpenTotals(
        len(lines),
        bisect_left(lines, today, key=_due),
        bisect_right(lines, today, key=_due) - bisect_left(lines, today, key=_due),
        Counter(line.reason for line in lines).most_common(),
        sorted(plans.items()),
        sorted(policies.items()),
    )


_due = attrgetter("due_on")
