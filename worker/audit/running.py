"""Verifies members as they are recorded: deals out what is read of them, adds up what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from redis import Redis

from worker.audit.evidence import Found, read
from worker.audit.findings import Finding, Kind
from worker.audit.members import (
    Totals,
    Verification,
    entry_frame,
    member_frame,
    original_frame,
)
from worker.audit.reading import applied_events, last_entry, published_until, recorded
from worker.event_lines import event_lines
from worker.events import read_member_id
from worker.keys import Keys
from worker.parallel import SMALL_BYTES, processors, results_of
from worker.partitions import Partitions
from worker.progress import Watcher
from worker.recorded import recorded_members

NOBODY = ""
"""Stands for the member where a finding names none."""


class Outcome(NamedTuple):
    """What was verified, and all that was found."""

    totals: Totals
    findings: list[tuple[str, Finding]]
    """Each with its member's id."""


class Reading(NamedTuple):
    """Where the members are, and who is told how far it is."""

    redis: Redis
    keys: Keys
    watcher: Watcher


def deal_out_all(reading: Reading, parts: Partitions) -> list[tuple[str, Finding]]:
    """
    Puts everything that is recorded into parts; says what is no member's.

    The stream is read before the records: what it holds by then, some member's index must name.
    """
    redis, keys, watcher = reading
    last = last_entry(redis, keys)
    unreadable: dict[str, bytes] = {}
    done = watcher.begin("reading determinations", None)
    for entry_id, event in published_until(redis, keys, last):
        told = read(Found(entry_id, event))
        if told is None:
            unreadable[entry_id] = event
        else:
            parts.add(told.member_id, entry_frame(told.member_id, entry_id, event))
        done(1)
    done = watcher.begin("reading records", None)
    members = recorded_members(redis, keys)
    for member in recorded(redis, keys, members, after=last or "0-0"):
        parts.add(member.member_id, member_frame(member))
        for entry_id in unreadable.keys() & set(member.published):
            frame = entry_frame(member.member_id, entry_id, unreadable.pop(entry_id))
            parts.add(member.member_id, frame)
        done(1)
    return [(NOBODY, _not_ours(entry_id)) for entry_id in unreadable]


def deal_out_some(reading: Reading, member_ids: Sequence[str], parts: Partitions) -> None:
    """Puts what is recorded of some members into parts."""
    for member in recorded(reading.redis, reading.keys, member_ids):
        parts.add(member.member_id, member_frame(member))


def deal_out_originals(
    files: Sequence[str], parts: Partitions, watcher: Watcher, only: Sequence[str] | None
) -> None:
    """Puts events as they were sent into parts: all, or those of some members only."""
    done = watcher.begin("reading events", None)
    wanted = None if only is None else frozenset(only)
    for line in event_lines(files):
        member_id = read_member_id(line.raw)
        if member_id is not None and (wanted is None or member_id in wanted):
            parts.add(member_id, original_frame(member_id, line.raw))
        done(1)


def run(
    verification: Verification, parts: Partitions, watcher: Watcher, jobs: int | None
) -> Outcome:
    """Verifies all parts."""
    paths = parts.parts()
    done = watcher.begin("verifying", len(paths))
    outcome = Outcome(Totals(), [])
    totals = outcome.totals
    enough = 1 if parts.size < SMALL_BYTES else processors()
    for part in results_of(verification, paths, jobs or enough):
        totals = totals.plus(part.totals)
        outcome.findings.extend(part.findings)
        done(1)
    return outcome._replace(totals=totals)


class EventCount:
    """
    Whether the records hold as many events as the counters say were applied to them.

    It finds a member who was taken away whole. Workers may go on meanwhile: so two bounds.
    """

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._before = applied_events(redis, keys)

    def findings(self, events: int) -> Iterable[tuple[str, Finding]]:
        """`events`: how many the records held, read since this was made."""
        after = applied_events(self._redis, self._keys)
        if not self._before <= events <= after:
            kind: Kind = "missing" if events < self._before else "added"
            counted = f"{self._before:,}" if self._before == after else f"{after:,}"
            detail = f"the records hold {events:,} events, {counted} were applied"
            yield NOBODY, Finding(kind, "record", detail)


def _not_ours(entry_id: str) -> Finding:
    detail = "it cannot be read as a determination"
    return Finding("added", "determination", detail, entry=entry_id)
