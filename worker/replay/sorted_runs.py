"""Sorts more than fits in memory: sorted files, called runs, are merged a hundred at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from math import ceil
from pathlib import Path
from typing import Any, Final

import msgspec

from worker.processes.frames import read_frames, write_frames

AT_ONCE: Final = 100
"""So many files are open at a time; a process may usually have 1,024, on some systems 256."""

RunEntry = list[Any]
"""The key's values, then what is sorted by them. No two entries have the same key."""


def write_run(file: Path, entries: Iterable[Sequence[Any]]) -> None:
    """Writes entries that are already in order."""
    write_frames(file, map(msgspec.msgpack.encode, entries))


def passes_over(runs: int, at_once: int = AT_ONCE) -> int:
    """How often each entry of so many runs is read until all are in order."""
    return 1 if runs <= at_once else 1 + passes_over(ceil(runs / at_once), at_once)


def merged_runs(
    runs: Sequence[Path], at_once: int = AT_ONCE, done: Callable[[int], object] = lambda _: None
) -> Iterator[RunEntry]:
    """
    The entries of all runs in order; files are removed once they are read.

    `done` is told of each entry in each pass.
    """
    files = list(runs)
    while len(files) > at_once:
        files = [_as_one(files[at : at + at_once], done) for at in range(0, len(files), at_once)]
    yield from _told(merge(*map(_entries, files)), done)


def _as_one(runs: Sequence[Path], done: Callable[[int], object]) -> Path:
    whole = runs[0].with_name(f"{runs[0].name}-merged")
    write_run(whole, _told(merge(*map(_entries, runs)), done))
    return whole


def _told(entries: Iterable[RunEntry], done: Callable[[int], object]) -> Iterator[RunEntry]:
    for entry in entries:
        done(1)
        yield entry


def _entries(run: Path) -> Iterator[RunEntry]:
    yield from map(msgspec.msgpack.Decoder(list).decode, read_frames(run))
    run.unlink()
