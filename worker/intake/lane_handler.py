"""Takes entries of a lane from bytes to a commit: decode, load, decide, write."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from time import monotonic
from typing import Final

import msgspec
import structlog

from rules.library_model import Library
from rules.member.member import Member
from worker.dead_letters.build import NO_EVENT_FIELD
from worker.events.decode import decode
from worker.failures import ClockMoved, InstallationMismatch
from worker.intake.commit_builder import CommitBuilder, DecodedEntry, FinishedEvent, LoadedMember
from worker.logs.logs import hashed_event_id
from worker.metrics.counters import Stage, Tally
from worker.processes.deadline import NO_DEADLINE, Guard
from worker.store.keys import Place
from worker.store.protocol import Lease, QueueEntry, Store, Stored

DETERMINATIONS_MAX: Final = 300
"""Of one commit, unless a single event has more: its script holds Redis for some 5 ms."""

DECIDE_SECONDS_MAX: Final = 1.0
"""After so long what is decided is committed, so that the lease does not run out meanwhile."""

LOAD_BYTES_MAX: Final = 16 * 1024 * 1024

_CLOCK_TRIES = 3

_log = structlog.get_logger(__name__)
_decode_member = msgspec.msgpack.Decoder(Member).decode


class LaneHandler:
    """What is done with the entries of one lane."""

    def __init__(
        self,
        store: Store,
        library: Library,
        place: Place,
        tally: Tally,
        guard: Guard = NO_DEADLINE,
    ) -> None:
        self.place = place
        self.tally = tally
        """What is counted with the next commit."""
        self._store = store
        self._library = library
        self._guard = guard
        self._now, self._read_at = 0, 0.0
        self._seconds: defaultdict[Stage, float] = defaultdict(float)
        """How long each stage of the batch has taken so far."""

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        """Finishes entries in their order, in one commit or several."""
        with self._batch():
            with self._stage("decode"), self._guard():
                items = [self._read(entry) for entry in entries]
            while items:
                draft = self._decide(items)
                self._write(lease, draft)
                items = items[len(draft.items) :]

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        """Puts an entry aside; one that its process died of is not read again."""
        with self._batch():
            with self._stage("load"):
                self._load([])
            draft = CommitBuilder(self._library, {})
            draft.give_up(_unread(entry) if failure is None else self._reread(entry), failure)
            self._write(lease, draft)

    def _decide(self, items: Sequence[DecodedEntry]) -> CommitBuilder:
        with self._stage("load"):
            held = self._load([item.member_id for item in items if item.member_id is not None])
        draft = CommitBuilder(self._library, held)
        with self._stage("decide"), self._guard():
            began_at = monotonic()
            for item in items:
                if not draft.can_take(item):
                    break
                draft.take(item)
                if (
                    draft.determinations >= DETERMINATIONS_MAX
                    or monotonic() - began_at >= DECIDE_SECONDS_MAX
                ):
                    break
        return draft

    def _load(self, member_ids: Sequence[str]) -> dict[str, LoadedMember]:
        """The states of members, of all or of the first; and what time it is."""
        distinct = list(dict.fromkeys(member_ids))
        loaded = self._store.load(distinct, LOAD_BYTES_MAX)
        self._now, self._read_at = loaded.now, monotonic()
        return {
            member_id: self._held(stored)
            for member_id, stored in zip(distinct, loaded.members, strict=False)
        }

    def _held(self, stored: Stored) -> LoadedMember:
        member = Member() if stored.body is None else _decode_member(stored.body)
        if member.generation > self._library.generation:
            raise InstallationMismatch("generation", str(member.generation))
        return LoadedMember(stored.stamp, member)

    def _write(self, lease: Lease, draft: CommitBuilder) -> None:
        for tries_left in reversed(range(_CLOCK_TRIES)):
            began_at = monotonic()
            # Our own clock measures no more than how long ago the store told the time.
            time = self._now + round((began_at - self._read_at) * 1000)
            with self._stage("decide"):
                commit = draft.commit(time, self.tally)
            try:
                with self._stage("commit"):
                    self._store.commit(lease, commit)
                break
            except ClockMoved as moved:
                if not tries_left:
                    raise
                # If it was late because it is large, it will take as long again.
                self._now, self._read_at = moved.now, began_at
                self.tally.retry("clock")
        self.tally.clear()
        _tell(lease.place, draft, monotonic() - self._read_at)

    def _read(self, entry: QueueEntry) -> DecodedEntry:
        if entry.order is not None:
            return DecodedEntry(entry, entry.order)
        if entry.event is None:
            return _unread(entry)
        event = decode(entry.event, self._library.remittance)
        return DecodedEntry(entry, event, sha256(entry.event).digest())

    def _reread(self, entry: QueueEntry) -> DecodedEntry:
        """For its id and type, as far as it can be read: reading may be what failed."""
        try:
            return self._read(entry)
        except Exception:  # noqa: BLE001  # whatever it was, it is told by the dead letter
            return _unread(entry)

    @contextmanager
    def _batch(self) -> Iterator[None]:
        """Counts what the stages of a batch took, each once, with the next commit."""
        self._seconds.clear()
        yield
        for stage, seconds in self._seconds.items():
            self.tally.stage(stage, seconds)

    @contextmanager
    def _stage(self, stage: Stage) -> Iterator[None]:
        began_at = monotonic()
        try:
            yield
        finally:
            self._seconds[stage] += monotonic() - began_at


def _unread(entry: QueueEntry) -> DecodedEntry:
    return DecodedEntry(entry, NO_EVENT_FIELD)


def _tell(place: Place, draft: CommitBuilder, seconds: float) -> None:
    _log.info(
        "batch",
        lane=place,
        events=draft.results.total(),
        **{str(result): count for result, count in draft.results.items()},
        orders=draft.orders,
        determinations=draft.determinations,
        seconds=round(seconds, 4),
    )
    if logging.getLogger(__name__).isEnabledFor(logging.DEBUG):
        for left in draft.left:
            _tell_event(place, left)


def _tell_event(place: Place, left: FinishedEvent) -> None:
    """A line an event, so that one can be followed; at debug only, as it costs its share."""
    known = left.source is not None and left.event_id is not None
    _log.debug(
        "event",
        lane=place,
        entry=left.entry.id,
        event_hash=hashed_event_id(str(left.source), str(left.event_id)) if known else None,
        event_type=left.event_type,
        result=left.result,
    )
