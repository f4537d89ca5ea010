"""Measures the memory of a member in Redis and of a worker's processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from redis import Redis

from rules.library_model import Library
from worker.bench.contenders import ours
from worker.bench.floor import floor
from worker.bench.members import CLAIMS, STUDIES, member_with
from worker.bench.plan import plan_events
from worker.bench.processes import PREFIX
from worker.store.keys import Keys

MEMBERS: Final = 200
WORKED_OFF: Final = 5_000
"""Number of events after which a worker's processes are measured."""

_PROC: Final = Path("/proc")


class ProcessSize(msgspec.Struct, frozen=True):
    """A process's memory: resident, proportional share, and unique."""

    resident_bytes: int
    proportional_bytes: int
    unique_bytes: int


class Memory(msgspec.Struct, frozen=True):
    """The memory of a member and of a worker."""

    bytes_a_member: int
    """In Redis, including the key names: record with chain, and every index."""
    parts: Mapping[str, int]
    """The same, by kind of key."""
    resident_bytes: int | None
    """Of a deciding process; None: there is no /proc."""
    child: ProcessSize | None
    main_process: ProcessSize | None


def memory(library: Library, members: int = MEMBERS, events: int = WORKED_OFF) -> Memory:
    """Measures members with 4 claims and 6 studies, and a worker that has run for a while."""
    parts = member_parts(library, members)
    sizes = worker_sizes(events)
    child = max(sizes[1:], key=lambda size: size.resident_bytes, default=None)
    return Memory(
        bytes_a_member=sum(parts.values()),
        parts=parts,
        resident_bytes=None if child is None else child.resident_bytes,
        child=child,
        main_process=sizes[0] if sizes else None,
    )


def member_parts(library: Library, members: int) -> Mapping[str, int]:
    """Returns Redis bytes per member, by kind of key, without the stream of determinations."""
    with floor(library) as running:
        running.work_off(
            [
                event
                for number in range(members)
                for event in member_with(CLAIMS, STUDIES, f"M-{number:07d}")
            ]
        )
        redis = running.redis
        return {
            kind: round(sum(_usage(redis, key) for key in redis.scan_iter(pattern)) / members)
            for kind, pattern in _patterns()
        }


def worker_sizes(events: int) -> Sequence[ProcessSize]:
    """Returns the sizes of a worker's main process and of its child, after some events."""
    with ours(1) as running:
        running.work_off(list(plan_events("memory", events)))
        return process_sizes(running.pid)


def process_sizes(pid: int) -> Sequence[ProcessSize]:
    """Returns the size of a process, then of its children; empty if there is no /proc."""
    process = _PROC / str(pid)
    if not process.exists():
        return []
    children = (process / "task" / str(pid) / "children").read_text().split()
    return [_size(process), *(_size(_PROC / child) for child in children)]


def _size(process: Path) -> ProcessSize:
    fields: dict[str, int] = {}
    for line in (process / "smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes = line.split()[:2]
        fields[name.rstrip(":")] = int(kilobytes) * 1024
    return ProcessSize(
        resident_bytes=fields["Rss"],
        proportional_bytes=fields["Pss"],
        unique_bytes=fields["Private_Clean"] + fields["Private_Dirty"],
    )


def _patterns() -> Iterator[tuple[str, str]]:
    keys = Keys(PREFIX)
    yield "record", keys.record("*")
    yield "received", keys.received("*")
    yield "index", keys.index("*")
    yield "claims", keys.claim("*")
    yield "pends", keys.pends("*", "*")


def _usage(redis: Redis, key: bytes) -> int:
    used: Any = redis.memory_usage(key, samples=0)
    return int(used)
