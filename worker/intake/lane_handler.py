"""Takes entries of a lane from bytes to a commit: decode, load, decide, write."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from time import monotonic
from typing import Final

import structlog

from rules.library_model import Library
from worker.dead_letters.build import NO_EVENT_FIELD
from worker.events.decode import decode
from worker.events.trace import read_trace
from worker.failures import ClockMoved, InstallationMismatch, RetryableError
from worker.intake.commit_builder import CommitBuilder, DecodedEntry, FinishedEvent, LoadedMember
from worker.intake.spans import NO_SPANS, Spans
from worker.intake.traced_events import exemplars_of
from worker.logs.logs import hashed_event_id
from worker.metrics.counters import Stage, Tally
from worker.processes.deadline import NO_DEADLINE, Guard
from worker.store.keys import Place
from worker.store.member_state import member_of
from worker.store.protocol import Lease, QueueEntry, Store, Stored

DETERMINATIONS_MAX: Final = 300
"""Most in one commit, unless a single event has more: its script blocks Redis for about 5 ms."""

DECIDE_SECONDS_MAX: Final = 1.0
"""After this long the batch so far is committed, so that the lease does not expire meanwhile."""

LOAD_BYTES_MAX: Final = 16 * 1024 * 1024

_CLOCK_TRIES = 3

_log = structlog.get_logger(__name__)


class LaneHandler:
    """What is done with the entries of one lane."""

    def __init__(
        self,
        store: Store,
        library: Library,
        place: Place,
        tally: Tally,
        guard: Guard = NO_DEADLINE,
        spans: Spans = NO_SPANS,
    ) -> None:
        self.place = place
        self.tally = tally
        """Counts to be written with the next commit."""
        self._store = store
        self._library = library
        self._guard = guard
        self._spans = spans
        self._now, self._read_at = 0, 0.0
        self._seconds: defaultdict[Stage, float] = defaultdict(float)
        """How long each stage of the batch has taken so far."""

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        """Finishes entries in their order, in one commit or several."""
        with self._batch(entries):
            with self._stage("decode"), self._guard():
                items = [self._read(entry) for entry in entries]
            while items:
                draft = self._decide(items)
                self._write(lease, draft)
                items = items[len(draft.items) :]

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        """Moves an entry to the dead letters; one that killed its process is not read again."""
        with self._batch([entry]):
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
        """The states of all members or of the first few; also notes the store's time."""
        distinct = list(dict.fromkeys(member_ids))
        loaded = self._store.load(distinct, LOAD_BYTES_MAX)
        self._now, self._read_at = loaded.now, monotonic()
        return {
            member_id: self._held(stored)
            for member_id, stored in zip(distinct, loaded.members, strict=False)
        }

    def _held(self, stored: Stored) -> LoadedMember:
        member = member_of(stored)
        if member.generation > self._library.generation:
            raise InstallationMismatch("generation", str(member.generation))
        return LoadedMember(stored.stamp, member)

    def _write(self, lease: Lease, draft: CommitBuilder) -> None:
        for tries_left in reversed(range(_CLOCK_TRIES)):
            began_at = monotonic()
            # Our own clock only measures the time elapsed since the store's time was read.
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
                # If it was late because it is large, the next try will take as long.
                self._now, self._read_at = moved.now, began_at
                self.tally.retry("clock")
        self.tally.clear()
        self.tally.committed(draft.results, draft.determinations)
        self._show(exemplars_of(draft.left, commit.time))
        _tell(lease.place, draft, monotonic() - self._read_at)

    def _show(self, exemplars: Mapping[str, str]) -> None:
        """Keeps traces for the exporter; the commit stands, and so a failure only costs these."""
        if exemplars:
            with suppress(RetryableError):
                self._store.keep_exemplars(exemplars)

    def _read(self, entry: QueueEntry) -> DecodedEntry:
        if entry.command is not None:
            return DecodedEntry(entry, entry.command)
        if entry.event is None:
            return _unread(entry)
        event = decode(entry.event, self._library.remittance)
        return DecodedEntry(entry, event, sha256(entry.event).digest())

    def _reread(self, entry: QueueEntry) -> DecodedEntry:
        """Decodes an entry for its id and type, if possible: decoding may be what failed."""
        try:
            return self._read(entry)
        except Exception:  # noqa: BLE001  # the dead letter says what it was
            return _unread(entry)

    @contextmanager
    def _batch(self, entries: Sequence[QueueEntry]) -> Iterator[None]:
        """Counts the time of each stage of a batch once, with the next commit."""
        self._seconds.clear()
        with self._spans.batch("batch", self.place, entries):
            yield
        for stage, seconds in self._seconds.items():
            self.tally.stage(stage, seconds)

    @contextmanager
    def _stage(self, stage: Stage) -> Iterator[None]:
        began_at = monotonic()
        try:
            with self._spans.stage(stage):
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
        orders=draft.commands,
        determinations=draft.determinations,
        seconds=round(seconds, 4),
    )
    if logging.getLogger(__name__).isEnabledFor(logging.DEBUG):
        for left in draft.left:
            _tell_event(place, left)


def _tell_event(place: Place, left: FinishedEvent) -> None:
    """Logs one line per event, so that an event can be traced; at debug only, as it is costly."""
    known = left.source is not None and left.event_id is not None
    _log.debug(
        "event",
        lane=place,
        entry=left.entry.id,
        event_hash=hashed_event_id(str(left.source), str(left.event_id)) if known else None,
        event_type=left.event_type,
        result=left.result,
        trace_id=_trace_id(left.entry),
    )


def _trace_id(entry: QueueEntry) -> str | None:
    trace = read_trace(entry.event)
    return None if trace is None else trace.trace_id
