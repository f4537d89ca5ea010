"""Verifies recorded members: distributes what is read, and adds up the discrepancies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from redis import Redis

from worker.archive.archive import Archive
from worker.archive.manifest import ArchiveUnfit
from worker.archive.marker import ArchiveNeeded, marker_of
from worker.archive.transfer import must_fit
from worker.audit.anchors import read_anchor
from worker.audit.discrepancies import Discrepancy, DiscrepancyKind
from worker.audit.extent import (
    DETERMINATIONS,
    DIVIDING,
    ORIGINALS,
    RECORDS,
    VERIFYING,
    AuditExtent,
)
from worker.audit.members import (
    Totals,
    Verification,
    entry_frame,
    member_frame,
    original_frame,
)
from worker.audit.recorded_state import (
    MemberState,
    StreamedEvent,
    applied_events,
    last_entry,
    published_until,
    recorded,
)
from worker.determinations.parse import StreamedDetermination, read
from worker.determinations.records import recorded_members
from worker.events.decode import read_member_id
from worker.events.files import event_lines, known_size
from worker.processes.parallel import SMALL_BYTES, sized_results_of
from worker.processes.partitions import Partitions, bytes_of
from worker.processes.processors import usable_processors
from worker.store.keys import Keys
from worker.terminal.stages import WeightedStages

NOBODY = ""
"""Used in place of the member where a discrepancy names none."""


class AuditOutcome(NamedTuple):
    """What was verified, and all discrepancies."""

    totals: Totals
    findings: list[tuple[str, Discrepancy]]
    """Each with the member's id."""


class AuditSource(NamedTuple):
    """Where the members are read from."""

    redis: Redis
    keys: Keys
    archive: Archive | None = None


def deal_out_all(
    readings: Sequence[AuditSource],
    parts: Partitions,
    extent: AuditExtent,
    stages: WeightedStages,
) -> list[tuple[str, Discrepancy]]:
    """
    Puts all records of all shards into parts; returns discrepancies that belong to no member.

    A stream is read before the records: each entry it holds by then must be in a member's index.
    """
    damaged: list[tuple[str, Discrepancy]] = []
    done = stages.begin(DETERMINATIONS, extent.determinations)
    published = [_deal_out_published(each, parts, damaged, done) for each in readings]
    done = stages.begin(RECORDS, extent.events)
    for reading, (last, unreadable) in zip(readings, published, strict=True):
        _deal_out_records(reading, parts, last, unreadable, done)
    strays = (entry_id for _, unreadable in published for entry_id in unreadable)
    return [*damaged, *((NOBODY, _not_ours(entry_id)) for entry_id in strays)]


def _deal_out_published(
    reading: AuditSource,
    parts: Partitions,
    damaged: list[tuple[str, Discrepancy]],
    done: Callable[[int], None],
) -> tuple[str | None, dict[str, bytes]]:
    """Returns the last entry of the stream then, and the entries that cannot be read."""
    last = last_entry(reading.redis, reading.keys)
    unreadable: dict[str, bytes] = {}
    entries = published_until(reading.redis, reading.keys, last)
    for entry_id, event in chain(entries, _archived(reading, damaged)):
        told = read(StreamedDetermination(entry_id, event))
        if told is None:
            unreadable[entry_id] = event
        else:
            parts.add(told.member_id, entry_frame(told.member_id, entry_id, event))
        done(1)
    return last, unreadable


def _deal_out_records(
    reading: AuditSource,
    parts: Partitions,
    last: str | None,
    unreadable: dict[str, bytes],
    done: Callable[[int], None],
) -> None:
    """Takes from `unreadable` what a member's index names."""
    members = recorded_members(reading.redis, reading.keys)
    for member in recorded(reading.redis, reading.keys, members, after=last or "0-0"):
        parts.add(member.member_id, member_frame(member))
        for entry_id in unreadable.keys() & set(member.published):
            frame = entry_frame(member.member_id, entry_id, unreadable.pop(entry_id))
            parts.add(member.member_id, frame)
        done(len(member.received))


def _archived(
    reading: AuditSource, damaged: list[tuple[str, Discrepancy]]
) -> Iterator[StreamedEvent]:
    """Reads the whole archive after the stream: what has left the stream by then is there."""
    if reading.archive is None:
        return
    for file in reading.archive.manifest().files:
        try:
            yield from reading.archive.entries(file)
        except ArchiveUnfit as unfit:
            damaged.append((NOBODY, Discrepancy("changed", "file", str(unfit))))


def deal_out_some(reading: AuditSource, member_ids: Sequence[str], parts: Partitions) -> None:
    """
    Puts the records of some members into parts.

    Raises `ArchiveNeeded`, and `ArchiveUnfit` for a file that should hold something of theirs.
    """
    for member in recorded(reading.redis, reading.keys, member_ids):
        parts.add(member.member_id, member_frame(member))
        for entry_id, event in archived_of(reading, member).items():
            parts.add(member.member_id, entry_frame(member.member_id, entry_id, event))


def archived_of(reading: AuditSource, member: MemberState) -> Mapping[str, bytes]:
    """Reads a member's archived entries; raises `ArchiveNeeded` if the archive was not named."""
    absent = set(member.published) - {entry_id for entry_id, _ in member.entries}
    if reading.archive is not None:
        return reading.archive.find(absent)
    if absent and marker_of(reading.redis, reading.keys) is not None:
        raise ArchiveNeeded
    return {}


def must_be_whole(reading: AuditSource) -> None:
    """Raises `ArchiveNeeded` or `ArchiveUnfit` unless everything archived can be read."""
    marker = marker_of(reading.redis, reading.keys)
    if reading.archive is not None:
        must_fit(reading.archive.manifest(), marker, reading.keys.prefix)
    elif marker is not None:
        raise ArchiveNeeded


def deal_out_originals(
    files: Sequence[str],
    parts: Partitions,
    stages: WeightedStages,
    is_read: Callable[[str], bool],
) -> None:
    """Puts events as they were sent into parts: those of the members that are read."""
    done = stages.begin(ORIGINALS, known_size(files))
    for line in event_lines(files):
        member_id = read_member_id(line.raw)
        if member_id is not None and is_read(member_id):
            parts.add(member_id, original_frame(member_id, line.raw))
        done(len(line.raw) + 1)


def run(
    verification: Verification, parts: Partitions, stages: WeightedStages, jobs: int | None
) -> AuditOutcome:
    """Verifies all parts."""
    paths = parts.parts(stages.begin(DIVIDING, parts.parts_at_first))
    done = stages.begin(VERIFYING, bytes_of(paths))
    outcome = AuditOutcome(Totals(), [])
    totals = outcome.totals
    enough = 1 if parts.size < SMALL_BYTES else usable_processors()
    for part, size in sized_results_of(verification, paths, jobs or enough):
        totals = totals.plus(part.totals)
        outcome.findings.extend(part.findings)
        done(size)
    return outcome._replace(totals=totals)


def with_those_gone(outcome: AuditOutcome, files: Sequence[Path]) -> AuditOutcome:
    """Adds the members of anchors of whom nothing is recorded."""
    held = sum(read_anchor(file).header.members for file in files)
    totals = outcome.totals
    gone = held - totals.anchored
    if not gone:
        return outcome
    detail = f"nothing is recorded of {gone:,} members that were anchored"
    return AuditOutcome(
        totals._replace(anchored=held, departed=totals.departed + gone),
        [*outcome.findings, (NOBODY, Discrepancy("missing", "record", detail))],
    )


class EventCount:
    """
    Checks that the records hold as many events as the counters say were applied.

    This detects a member who was removed entirely. Workers may be running, hence two bounds.
    """

    def __init__(self, sources: Sequence[AuditSource]) -> None:
        """`sources`: all shards whose records are read."""
        self._sources = sources
        self._before = self._applied()

    def findings(self, events: int) -> Iterable[tuple[str, Discrepancy]]:
        """Compares `events`, the number found in records read after this object was created."""
        after = self._applied()
        if not self._before <= events <= after:
            kind: DiscrepancyKind = "missing" if events < self._before else "added"
            counted = f"{self._before:,}" if self._before == after else f"{after:,}"
            detail = f"the records hold {events:,} events, but {counted} were applied"
            yield NOBODY, Discrepancy(kind, "record", detail)

    def _applied(self) -> int:
        return sum(applied_events(each.redis, each.keys) for each in self._sources)


def _not_ours(entry_id: str) -> Discrepancy:
    detail = "it cannot be read as a determination"
    return Discrepancy("added", "determination", detail, entry=entry_id)
