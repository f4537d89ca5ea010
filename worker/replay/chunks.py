"""Splits a file of events into parts that fit in memory, keeping each member in one part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from worker.events.decode import read_member_id
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.files import event_lines

PART_BYTES: Final = 4 * 1024 * 1024
"""Approximate size of a part: a few thousand events, ten times as large once decided."""

_PARTS_MAX: Final = 256


class MemberChunk(NamedTuple):
    """The events of some members, in order."""

    file: Path
    size: int
    """The number of events."""

    def events(self) -> Iterator[bytes]:
        """Returns each event as it was in the original file."""
        with self.file.open("rb") as stream:
            for line in stream:
                yield line[:-1]


class Split(NamedTuple):
    """A file in parts."""

    parts: tuple[MemberChunk, ...]
    longest_member_id: int
    """In characters, ignoring ids that are too long to be valid."""


def split(file: str, folder: Path, part_bytes: int) -> Split:
    """Writes the parts of a file into a folder, each of about `part_bytes` bytes."""
    size = Path(file).stat().st_size
    paths = [folder / str(number) for number in range(min(size // part_bytes + 1, _PARTS_MAX))]
    sizes = [0] * len(paths)
    longest = 0
    with ExitStack() as stack:
        streams = [stack.enter_context(path.open("wb")) for path in paths]
        for line in event_lines([file]):
            member_id = read_member_id(line.raw)
            whose = crc32(line.raw if member_id is None else member_id.encode())
            # The upper half, so that each part has members in all lanes.
            number = (whose >> 16) % len(paths)
            streams[number].write(line.raw + b"\n")
            sizes[number] += 1
            if member_id is not None and len(member_id) <= IDENTIFIER_CHARACTERS_MAX:
                longest = max(longest, len(member_id))
    parts = tuple(MemberChunk(*each) for each in zip(paths, sizes, strict=True) if each[1])
    return Split(parts, longest)
