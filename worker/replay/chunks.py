"""Splits a file of events into parts that fit in memory, keeping each member in one part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from worker.events.decode import read_member_id
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.files import event_lines
from worker.processes.partitions import Partitions, frames_of


class MemberChunk(NamedTuple):
    """The events of some members, in order."""

    file: Path
    size: int
    """The number of events."""

    def events(self) -> Iterator[bytes]:
        """Returns each event as it was in the original file."""
        return frames_of(self.file)


class Split(NamedTuple):
    """A file in parts."""

    parts: tuple[MemberChunk, ...]
    longest_member_id: int
    """In characters, ignoring ids that are too long to be valid."""


def split(file: str, parts: Partitions, done: Callable[[int], object] = lambda _: None) -> Split:
    """
    Puts the events of a file into parts, which exist as long as the block of `parts` runs.

    `done` is told of bytes twice: as they are read, and as the parts are counted.
    """
    longest = 0
    for line in event_lines([file]):
        member_id = read_member_id(line.raw)
        # Where an event names no member, it will be refused, in whatever part.
        parts.add(line.raw.decode("latin-1") if member_id is None else member_id, line.raw)
        if member_id is not None and len(member_id) <= IDENTIFIER_CHARACTERS_MAX:
            longest = max(longest, len(member_id))
        done(len(line.raw) + 1)
    return Split(tuple(_counted(part, done) for part in parts.parts()), longest)


def _counted(part: Path, done: Callable[[int], object]) -> MemberChunk:
    done(part.stat().st_size)
    return MemberChunk(part, sum(1 for _ in frames_of(part)))
