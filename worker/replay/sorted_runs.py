"""Sorts more than fits in memory: sorted files, called runs, are merged a hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
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


def merged_runs(runs: Sequence[Path], at_once: int = AT_ONCE) -> Iterator[RunEntry]:
    """The entries of all runs in order; files are removed once they are read."""
    files = list(runs)
    while len(files) > at_once:
        files = [_as_one(files[at : at + at_once]) for at in range(0, len(files), at_once)]
    yield from merge(*map(_entries, files))


def _as_one(runs: Sequence[Path]) -> Path:
    whole = runs[0].with_name(f"{runs[0].name}-merged")
    write_run(whole, merge(*map(_entries, runs)))
    return whole


def _entries(run: Path) -> Iterator[RunEntry]:
    yield from map(msgspec.msgpack.Decoder(list).decode, read_frames(run))
    run.unlink()
