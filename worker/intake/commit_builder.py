"""Builds a commit: applies events one at a time, in order, and collects what each led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from rules.facts import Event
from rules.library_model import Library
from rules.member.member import Applied, EventCause, Member, Publication
from rules.member.open_member import OpenMembers, readjudicate
from worker.dead_letters.build import refused, set_aside
from worker.determinations.publish import event_of, instant
from worker.events.decode import UNKNOWN_EVENT_TYPE, Refusal, reused_identity
from worker.events.packed_events import pack
from worker.events.trace import TraceContext, read_trace
from worker.events.types import event_type_of
from worker.metrics.counters import AHEAD_SECONDS, Result, Tally
from worker.store.keys import CONTESTED
from worker.store.member_state import encode_member
from worker.store.protocol import (
    Announcement,
    ClaimIndexEntry,
    Command,
    Commit,
    DeadLetter,
    PendChange,
    QueueEntry,
    ReceivedEvent,
    RecordWrite,
)

READJUDICATE: Final = "readjudicate"

Content = Event | Refusal | Command

_PENDED = "pended"
_encode_json = msgspec.json.Encoder().encode


class DecodedEntry(NamedTuple):
    """An entry of a lane and its decoded content."""

    entry: QueueEntry
    content: Content
    digest: bytes = b""
    """SHA-256 of an event's bytes as received."""

    @property
    def member_id(self) -> str | None:
        """The member whose state it needs."""
        return None if isinstance(self.content, Refusal) else self.content.member_id


class LoadedMember(NamedTuple):
    """A member's state, and the stamp of the version that was read."""

    stamp: int
    member: Member


class Step(NamedTuple):
    """What one entry did to one member."""

    member_id: str
    applied: Applied
    trace: TraceContext | None = None
    """That of the event."""


class FinishedEvent(NamedTuple):
    """An event that leaves the queue with the commit, and its identity as far as it is readable."""

    entry: QueueEntry
    event_type: str
    result: Result
    source: str | None
    event_id: str | None


class CommitBuilder:
    """Collects the effects of entries; none of them takes place before the commit."""

    def __init__(self, library: Library, members: Mapping[str, LoadedMember]) -> None:
        self.items: list[DecodedEntry] = []
        self.results: Counter[Result] = Counter()
        self._ahead: Counter[str] = Counter()
        self.commands = 0
        self.determinations = 0
        self.left: list[FinishedEvent] = []
        """Every event among the items, in their order."""
        self._library = library
        self._before = members
        self._open = OpenMembers(library)
        self._members: dict[str, Member] = {}
        self._steps: list[Step] = []
        self._received: list[ReceivedEvent] = []
        self._refused: list[tuple[QueueEntry, Refusal]] = []
        self._set_aside: list[tuple[QueueEntry, Exception | None, Event | None]] = []

    def can_take(self, item: DecodedEntry) -> bool:
        """Whether the state that the entry needs has been loaded."""
        return item.member_id is None or item.member_id in self._before

    def take(self, item: DecodedEntry) -> None:
        """Applies one more entry."""
        match item.content:
            case Refusal():
                self._refuse(item.entry, item.content)
            case Command():
                self._readjudicate(item.content)
            case Event():
                self._apply(item.entry, item.content, item.digest)
        self.items.append(item)

    def give_up(self, item: DecodedEntry, failure: Exception | None) -> None:
        """Moves one more entry to the dead letters, after its last allowed attempt."""
        event = item.content if isinstance(item.content, Event) else None
        self._set_aside.append((item.entry, failure, event))
        if event is not None:
            self._leaves(item.entry, event, "set_aside")
        elif item.entry.command is None:
            self._count_out(FinishedEvent(item.entry, UNKNOWN_EVENT_TYPE, "set_aside", None, None))
        else:
            self.commands += 1
        self.items.append(item)

    def commit(self, time: int, also: Tally) -> Commit:
        """The whole commit at a time (milliseconds), with further counts to write along with it."""
        announcements, previous = self._announce(instant(time))
        return Commit(
            time=time,
            done=[item.entry.id for item in self.items],
            records=self._records(previous),
            announcements=announcements,
            claims=self._claims(),
            pends=list(self._pends(time)),
            dead_letters=self._dead_letters(time),
            counters=self._count(time, also).fields(),
            received=self._received,
        )

    def _apply(self, entry: QueueEntry, event: Event, digest: bytes) -> None:
        applied = self._open.apply(self._member(event.member_id), event, digest)
        if applied.recognition == "reused":
            self._refuse(entry, reused_identity(event))
            return
        is_new = applied.recognition == "new"
        self._leaves(entry, event, "applied" if is_new else "duplicate")
        if is_new:
            if event.time.timestamp() - entry.arrived_at / 1000 > AHEAD_SECONDS:
                self._ahead[event_type_of(event.fact)] += 1
            self._received.append(ReceivedEvent(event.member_id, pack(entry.event or b"")))
            trace = read_trace(entry.event) if applied.publications else None
            self._keep(Step(event.member_id, applied, trace))

    def _readjudicate(self, command: Command) -> None:
        self.commands += 1
        member = self._member(command.member_id)
        if command.name == READJUDICATE and member.record.version:
            self._keep(Step(command.member_id, readjudicate(member, self._library)))

    def _refuse(self, entry: QueueEntry, refusal: Refusal) -> None:
        self._refused.append((entry, refusal))
        self._count_out(
            FinishedEvent(entry, refusal.event_type, "refused", refusal.source, refusal.event_id)
        )

    def _leaves(self, entry: QueueEntry, event: Event, result: Result) -> None:
        self._count_out(
            FinishedEvent(entry, event_type_of(event.fact), result, event.source, event.id)
        )

    def _count_out(self, left: FinishedEvent) -> None:
        self.left.append(left)
        self.results[left.result] += 1

    def _keep(self, step: Step) -> None:
        self._members[step.member_id] = step.applied.member
        self._steps.append(step)
        self.determinations += len(step.applied.publications)

    def _member(self, member_id: str) -> Member:
        return self._members.get(member_id) or self._before[member_id].member

    def _publications(self) -> Iterator[tuple[str, Publication]]:
        for step in self._steps:
            for publication in step.applied.publications:
                yield step.member_id, publication

    def _traced(self) -> Iterator[tuple[str, Publication, TraceContext | None]]:
        """Each publication with the trace of its event; what a library caused has none."""
        for step in self._steps:
            for publication in step.applied.publications:
                is_of_event = isinstance(publication.caused_by, EventCause)
                yield step.member_id, publication, step.trace if is_of_event else None

    def _pends(self, time: int) -> Iterator[PendChange]:
        for step in self._steps:
            yield from _pends(step)
            yield from _contests(step, time)

    def _announce(self, time: str) -> tuple[list[Announcement], dict[str, bytes]]:
        """The determinations, each chained to its member's last, and the ends of the chains."""
        announcements: list[Announcement] = []
        ends: dict[str, bytes] = {}
        for member_id, publication, trace in self._traced():
            event = event_of(
                publication,
                member_id,
                self._library,
                time=time,
                previous=ends.get(member_id) or self._before[member_id].member.previous,
                trace=trace,
            )
            announcements.append(Announcement(member_id, event))
            ends[member_id] = sha256(event).digest()
        return announcements, ends

    def _records(self, ends: Mapping[str, bytes]) -> list[RecordWrite]:
        return [
            RecordWrite(
                member_id,
                self._before[member_id].stamp,
                encode_member(
                    member._replace(previous=ends[member_id]) if member_id in ends else member
                ),
            )
            for member_id, member in self._members.items()
        ]

    def _claims(self) -> list[ClaimIndexEntry]:
        known = (
            ClaimIndexEntry(publication.determination.claim_id, member_id)
            for member_id, publication in self._publications()
            if publication.before is None
        )
        return list(dict.fromkeys(known))

    def _dead_letters(self, time: int) -> list[DeadLetter]:
        return [
            *(refused(entry, refusal, time) for entry, refusal in self._refused),
            *(set_aside(entry, time, failure, event) for entry, failure, event in self._set_aside),
        ]

    def _count(self, time: int, also: Tally) -> Tally:
        tally = Tally()
        tally.add(also)
        for left in self.left:
            tally.event(left.event_type, left.result, (time - left.entry.arrived_at) / 1000)
        for _, publication in self._publications():
            tally.publication(publication)
        for step in self._steps:
            if step.applied.claim_id_reused:
                tally.claim_id_reused()
        for event_type, count in self._ahead.items():
            tally.stamped_ahead(event_type, count)
        for _ in range(self.commands):
            tally.command_done()
        if self.left:
            tally.batch(len(self.left))
        return tally


def _pends(step: Step) -> Iterator[PendChange]:
    for publication in step.applied.publications:
        before, now = publication.before, publication.now
        line = _encode_json([step.member_id, now.claim_id, now.line])
        if before is not None and before.outcome == _PENDED:
            yield PendChange(before.service, before.reason, None, line, before.policy)
        if now.outcome == _PENDED and now.due_on is not None:
            yield PendChange(now.service, now.reason, now.due_on.toordinal(), line, now.policy)


def _contests(step: Step, time: int) -> Iterator[PendChange]:
    """Claim ids with several contents wait too: for somebody to say which one is meant."""
    today = datetime.fromtimestamp(time / 1000, UTC).toordinal()
    for claim_ids, day in (
        (step.applied.contests_ended, None),
        (step.applied.contests_begun, today),
    ):
        for claim_id in sorted(claim_ids):
            yield PendChange(*CONTESTED, day, _encode_json([step.member_id, claim_id, 0]))
