"""Where determinations are read from: the stream with its archive, or files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple, cast

from redis import Redis

from rules.library_model import Library
from worker.archive.archive import Archive
from worker.archive.marker import ArchiveNeeded, marker_of
from worker.archive.transfer import must_fit
from worker.audit.recorded_state import last_entry, published_until
from worker.determinations.records import member_states
from worker.events.decode import read_member_id
from worker.events.files import event_lines
from worker.metrics.counters import LINES_CURRENT, SEPARATOR
from worker.processes.partitions import Partitions
from worker.report.figures import ENDINGS, Cube
from worker.report.member_counts import Counted, Dealt, count, together
from worker.report.revisions import NoDetermination, read_revision
from worker.report.terms import terms_of_member
from worker.store.keys import Keys
from worker.store.member_state import decode_member
from worker.terminal.progress import Watcher

LineTotals = dict[tuple[str, str, str, str], int]
"""Service, outcome, reason, line of business -> lines by their present determination."""


class CountedReport(NamedTuple):
    """What was counted, and how far it is known."""

    counted: Counted
    unreadable: int = 0
    """Lines of files, or entries of the stream, that are no determination."""
    agrees: bool | None = None
    """Whether the counters say the same; None: there are none, or they changed meanwhile."""


class RecordedSource(NamedTuple):
    """An installation, and its archive if it has one."""

    redis: Redis
    keys: Keys
    archive: Archive | None = None


def report_of_recorded(
    sources: Sequence[RecordedSource], library: Library, watcher: Watcher
) -> CountedReport:
    """
    Counts everything that was published in all shards, and compares it with the counters.

    Raises `ArchiveNeeded` and `ArchiveUnfit`, and `redis.RedisError`.
    """
    before = _lines_in_all(sources)
    with ExitStack() as stack, Partitions() as parts:
        dealt = Dealt(parts)
        for source in sources:
            if source.archive is not None:
                stack.enter_context(source.archive.unchanged())
        done = watcher.begin("reading determinations", None)
        unreadable = sum(_deal_out(_published(source), dealt, done) for source in sources)
        done = watcher.begin("reading records", None)
        for source in sources:
            for member_id, state in member_states(source.redis, source.keys):
                dealt.terms(member_id, terms_of_member(decode_member(state), library))
                done(1)
        counted = _counted(parts, library, watcher)
    changed = before != _lines_in_all(sources)
    agrees = None if changed else before == lines_of(counted.cube)
    return CountedReport(counted, unreadable, agrees)


def report_of_files(
    files: Sequence[str],
    events: Sequence[str],
    library: Library,
    watcher: Watcher,
    on_unreadable: Callable[[str, int], None],
) -> CountedReport:
    """
    Counts the determinations in files; `events` are those that led to them.

    `on_unreadable` is called with file and line of what is no determination.
    """
    with Partitions() as parts:
        dealt = Dealt(parts)
        unreadable = 0
        done = watcher.begin("reading determinations", None)
        for line in event_lines(files, whole=True):
            try:
                dealt.revision(*read_revision(line.raw))
            except NoDetermination:
                on_unreadable(line.file, line.row)
                unreadable += 1
            done(1)
        done = watcher.begin("reading events", None)
        for line in event_lines(events):
            member_id = read_member_id(line.raw)
            if member_id is not None:
                dealt.event(member_id, line.raw)
            done(1)
        return CountedReport(_counted(parts, library, watcher), unreadable)


def lines_counted(redis: Redis, keys: Keys) -> LineTotals:
    """The lines that the counters name, without those at 0."""
    stored = cast("dict[bytes, bytes]", redis.hgetall(keys.counters))
    found: LineTotals = {}
    for field, lines in stored.items():
        name, *labels = field.decode().split(SEPARATOR)
        if name == LINES_CURRENT and int(lines):
            service, outcome, reason, line_of_business = labels[:4]
            key = (service, outcome, reason, line_of_business)
            found[key] = found.get(key, 0) + int(lines)
    return found


def _lines_in_all(sources: Sequence[RecordedSource]) -> LineTotals:
    total: Counter[tuple[str, str, str, str]] = Counter()
    for source in sources:
        total.update(lines_counted(source.redis, source.keys))
    return dict(total)


def lines_of(cube: Cube) -> LineTotals:
    """The same from what was counted."""
    found: LineTotals = {}
    for group, figures in cube.cells():
        for ending in ENDINGS:
            if figures.counts[ending]:
                outcome = "denied" if ending.startswith("denied") else ending
                key = (group.service, outcome, group.reason, group.line_of_business)
                found[key] = found.get(key, 0) + figures.counts[ending]
    return found


def _published(source: RecordedSource) -> Iterator[bytes]:
    """The stream first: what has left it by then is in the archive."""
    redis, keys, archive = source
    marker = marker_of(redis, keys)
    if archive is not None:
        must_fit(archive.manifest(), marker, keys.prefix)
    elif marker is not None:
        raise ArchiveNeeded
    for _, event in published_until(redis, keys, last_entry(redis, keys)):
        yield event
    if archive is not None:
        for file in archive.manifest().files:
            for _, event in archive.entries(file):
                yield event


def _deal_out(published: Iterator[bytes], dealt: Dealt, done: Callable[[int], None]) -> int:
    """Returns how many could not be read."""
    unreadable = 0
    for event in published:
        try:
            dealt.revision(*read_revision(event))
        except NoDetermination:
            unreadable += 1
        done(1)
    return unreadable


def _counted(parts: Partitions, library: Library, watcher: Watcher) -> Counted:
    paths = parts.parts()
    done = watcher.begin("counting", len(paths))

    def each() -> Iterator[Counted]:
        for counted in count(paths, library):
            done(1)
            yield counted

    return together(each())
