"""The store in memory: the same words without Redis, for one process and for tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rules.member.published import UNNAMED_POLICY
from tests.support.memory_entries import entry_of, id_order, letter_of
from tests.support.memory_streams import MemoryStreams
from worker.failures import ClockMoved, InstallationMismatch, LeaseLost, Risk, StaleRead
from worker.store.compatibility import Compatibility, compatibility_in
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import (
    Backlog,
    Command,
    Commit,
    Lease,
    Loaded,
    Move,
    PendChange,
    QueueEntry,
    Stored,
)

CLOCK_MILLISECONDS_MAX = 1000
"""A determination's time is less than this from that of its entry."""


class Determination(NamedTuple):
    """A determination as published."""

    id: str
    event: bytes


class Claimed(NamedTuple):
    """A lease or a mark: by whom, when it runs out, and for how long it was given."""

    token: str
    until: int
    milliseconds: int


class MemoryStore(MemoryStreams):
    """`Store` in dictionaries; what it holds is public, so that a test can look and disturb."""

    prefix = "in-memory"

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__(clock)
        self.records: dict[str, Stored] = {}
        self.determinations: list[Determination] = []
        self.indexes: defaultdict[str, list[str]] = defaultdict(list)
        self.received: defaultdict[str, list[bytes]] = defaultdict(list)
        self.claims: defaultdict[str, set[str]] = defaultdict(set)
        self.pends: defaultdict[tuple[str, ...], dict[bytes, int]] = defaultdict(dict)
        self.attempts: defaultdict[Place, dict[str, int]] = defaultdict(dict)
        self.takes: Counter[Place] = Counter()
        self.leases: dict[Place, Claimed] = {}
        self.marks: dict[Place, Claimed] = {}
        self.meta: dict[str, str] = {}
        self.exemplars: dict[str, str] = {}

    def risks(self) -> tuple[Risk, ...]:
        """See `Store`."""
        return ()

    def agree(self, terms: Compatibility, *, may_say_shards: bool = True) -> str:
        """See `Store`; memory is lost with its process, so that nothing remembers it."""
        del may_say_shards
        self._must_agree(terms)
        self.meta.setdefault("lanes", str(terms.lanes))
        self.meta.setdefault(f"generation:{terms.generation}", terms.digest)
        return self.meta.setdefault("installation", "in-memory")

    def agreed(self) -> Compatibility | None:
        """See `Store`."""
        return compatibility_in(self.meta)

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        """See `Store`."""
        due = tuple(
            place
            for place in places
            if self.streams[place]
            and not self._stands(self.leases, place)
            and not self._stands(self.marks, place)
        )
        self.marks |= dict.fromkeys(due, self._claimed("order", mark_milliseconds))
        return Backlog(self.waiting(places), due, ())

    def fullness(self) -> float:
        """See `Store`."""
        return 0.0

    def take(
        self, place: Place, token: str, milliseconds: int, terms: Compatibility
    ) -> Lease | None:
        """See `Store`."""
        if not self.streams[place]:
            return None
        self._must_agree(terms)
        holder = self._holder(place)
        if holder == token:
            return Lease(place, token, milliseconds, self.takes[place])
        if holder is not None:
            return None
        self.leases[place] = self._claimed(token, milliseconds)
        self.meta["lanes"] = str(terms.lanes)
        self.meta[f"generation:{terms.generation}"] = terms.digest
        self.meta[f"lane:{place}"] = str(terms.generation)
        self.marks.pop(place, None)
        self.takes[place] += 1
        return Lease(place, token, milliseconds, self.takes[place])

    def release(
        self, lease: Lease, *, rest_milliseconds: int = 0, newer_generation: str = ""
    ) -> None:
        """See `Store`."""
        self._must_hold(lease)
        del self.leases[lease.place]
        self.takes.pop(lease.place, None)
        if newer_generation:
            self.meta[f"lane:{lease.place}"] = newer_generation
        if rest_milliseconds:
            self.marks[lease.place] = self._claimed("rest", rest_milliseconds)

    def head(self, place: Place, count: int, size: int) -> tuple[QueueEntry, ...]:
        """See `Store`."""
        entries: list[QueueEntry] = []
        for entry_id, fields in list(self.streams[place].items())[:count]:
            size -= sum(len(name) + len(value) for name, value in fields.items())
            if size <= 0 and entries:
                break
            attempts = self.attempts[place].get(entry_id, 0)
            entries.append(entry_of(place, entry_id, fields)._replace(attempts=attempts))
        return tuple(entries)

    def wait_for_entry(self, place: Place, after: str, milliseconds: int) -> bool:
        """See `Store`; nothing comes while one waits, as there is one process."""
        del milliseconds
        return any(id_order(entry_id) > id_order(after) for entry_id in self.streams[place])

    def try_alone(self, lease: Lease, entry: QueueEntry) -> None:
        """See `Store`."""
        self._must_hold(lease)
        if entry.id not in self.streams[lease.place]:
            raise StaleRead("Another entry than was read.")
        self._renew(lease)
        self.attempts[lease.place][entry.id] = entry.attempts + 1

    def untry(self, lease: Lease, entry: QueueEntry) -> None:
        """See `Store`."""
        attempts = self.attempts[lease.place]
        if attempts.get(entry.id) == entry.attempts + 1:
            attempts[entry.id] = entry.attempts

    def move(
        self, lease: Lease, lanes: int, moves: Sequence[Move], mark_milliseconds: int = 0
    ) -> None:
        """See `Store`."""
        self._must_hold(lease)
        if self.meta.get("lanes") != str(lanes):
            raise InstallationMismatch("lanes", self.meta.get("lanes", "none"))
        self._must_stand(DOOR, [move.entry_id for move in moves])
        self._renew(lease)
        for move in moves:
            fields = self.streams[DOOR].pop(move.entry_id)
            kept = (
                {b"event": fields[b"event"]}
                if b"event" in fields
                else {b"entry:" + name: value for name, value in fields.items()}
            )
            lane = self.streams[lane_name(move.lane)]
            self._add(lane, {b"door": move.entry_id.encode()} | kept)
            self.attempts[DOOR].pop(move.entry_id, None)
        if mark_milliseconds:
            busy = self._claimed("busy", mark_milliseconds)
            self.marks |= dict.fromkeys((lane_name(move.lane) for move in moves), busy)
        self.counters["routed"] += len(moves)
        self.takes.pop(DOOR, None)

    def load(self, member_ids: Sequence[str], size: int) -> Loaded:
        """See `Store`."""
        found: list[Stored] = []
        for member_id in member_ids:
            stored = self.records.get(member_id, Stored(0, None))
            size -= len(stored.body or b"")
            if size < 0 and found:
                break
            found.append(stored)
        return Loaded(self.clock(), tuple(found))

    def commit(self, lease: Lease, commit: Commit) -> None:
        """See `Store`."""
        self._must_hold(lease)
        now = self.clock()
        if abs(now - commit.time) >= CLOCK_MILLISECONDS_MAX:
            raise ClockMoved(now)
        self._must_stand(lease.place, commit.done)
        for record in commit.records:
            if self.records.get(record.member_id, Stored(0, None)).stamp != record.stamp:
                raise StaleRead("Another record than was read.")
        self._renew(lease)
        self._write(lease.place, commit)

    def count(self, counters: Mapping[str, int]) -> None:
        """See `Store`."""
        self.counters.update(counters)

    def keep_exemplars(self, exemplars: Mapping[str, str]) -> None:
        """See `Store`."""
        self.exemplars.update(exemplars)

    def add_commands(self, lanes: int, commands: Sequence[tuple[int, Command]]) -> None:
        """See `Store`."""
        if self.meta.get("lanes", str(lanes)) != str(lanes):
            raise InstallationMismatch("lanes", self.meta["lanes"])
        for lane, command in commands:
            fields = {b"order": command.name.encode(), b"member": command.member_id.encode()}
            self._add(self.streams[lane_name(lane)], fields)
        self.counters["orders_added"] += len(commands)

    def _write(self, place: Place, commit: Commit) -> None:
        for record in commit.records:
            self.records[record.member_id] = Stored(record.stamp + 1, record.body)
        for event in commit.received:
            self.received[event.member_id].append(event.packed)
        for announced in commit.announcements:
            determination = Determination(self._next_id(), announced.event)
            self.determinations.append(determination)
            self.indexes[announced.member_id].append(determination.id)
        for claim in commit.claims:
            self.claims[claim.claim_id].add(claim.member_id)
        for pend in commit.pends:
            self._pend(pend)
        for letter in commit.dead_letters:
            self._put_aside(letter_of(self.streams[place][letter.entry_id], letter))
        self.counters.update(commit.counters)
        self.takes.pop(place, None)
        for entry_id in commit.done:
            self.attempts[place].pop(entry_id, None)
            del self.streams[place][entry_id]

    def _pend(self, pend: PendChange) -> None:
        of_policy = () if pend.policy == UNNAMED_POLICY else (pend.policy,)
        lines = self.pends[pend.service, pend.reason, *of_policy]
        if pend.due_on is None:
            lines.pop(pend.line, None)
        else:
            lines[pend.line] = pend.due_on

    def _holder(self, place: Place) -> str | None:
        return self.leases[place].token if self._stands(self.leases, place) else None

    def _stands(self, claimed: dict[Place, Claimed], place: Place) -> bool:
        """What the clock, stepping back, would let stand for too long begins anew."""
        one, now = claimed.get(place), self.clock()
        if one is None or one.until <= now:
            return False
        if one.until - now > one.milliseconds:
            claimed[place] = self._claimed(one.token, one.milliseconds)
        return True

    def _claimed(self, token: str, milliseconds: int) -> Claimed:
        return Claimed(token, self.clock() + milliseconds, milliseconds)

    def _renew(self, lease: Lease) -> None:
        self.leases[lease.place] = self._claimed(lease.token, lease.milliseconds)

    def _must_hold(self, lease: Lease) -> None:
        if self._holder(lease.place) != lease.token:
            raise LeaseLost("The lease is no longer this worker's.")

    def _must_stand(self, place: Place, entry_ids: Sequence[str]) -> None:
        if list(entry_ids) != list(islice(self.streams[place], len(entry_ids))):
            raise StaleRead("Another entry than was read.")

    def _must_agree(self, terms: Compatibility) -> None:
        known = self.meta.get("lanes", str(terms.lanes))
        if known != str(terms.lanes):
            raise InstallationMismatch("lanes", known)
        digest = self.meta.get(f"generation:{terms.generation}", terms.digest)
        if digest != terms.digest:
            raise InstallationMismatch("digest", digest)
        lanes = [int(self.meta[key]) for key in self.meta if key.startswith("lane:")]
        newest = max(lanes, default=0)
        if newest > terms.generation:
            raise InstallationMismatch("generation", str(newest))
