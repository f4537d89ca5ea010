"""Splits a large input into files: all frames of a member are in the same file, in order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zlib import crc32

from worker.processes.frames import framed, read_frames

PARTS: Final = 256
"""Number of files at first; a process has one of them in memory at a time."""

PART_BYTES: Final = 4 * 1024 * 1024
"""Approximate size of a part: a few thousand events, ten times as large once decided."""

_MUCH: Final = 2
"""A part of so many times that size is split again."""
_HELD_BYTES_MAX: Final = 16 * 1024
"""Most bytes of one part in memory before they are written."""
_HASH_BYTES: Final = 4


class Partitions:
    """
    A private temporary folder that exists while the block runs; it holds members' data.

    A frame is any bytes; the frames of a part are read in the order they were added. However much
    is added, a part has about `part_bytes` bytes, unless a single member has more.
    """

    def __init__(self, part_bytes: int = PART_BYTES, parts: int = PARTS) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mrs-parts-")
        self.folder = Path(self._folder.name)
        self._part_bytes = part_bytes
        self._parts = min(parts, PARTS)
        self._held: dict[int, bytearray] = {}
        self._written: set[int] = set()
        self.size = 0
        """Bytes of all frames."""

    def add(self, member_id: str, frame: bytes) -> None:
        """Adds a frame to the part of a member."""
        hashed = crc32(member_id.encode("utf-8", "surrogatepass"))
        # The upper half: the lower one is a member's lane, and a part has members in all lanes.
        number = (hashed >> 16) % self._parts
        held = self._held.setdefault(number, bytearray())
        held += framed(hashed.to_bytes(_HASH_BYTES, "big") + frame)
        self.size += len(frame)
        if len(held) > _HELD_BYTES_MAX:
            self._write(number)

    def parts(self, done: Callable[[int], object] = lambda _: None) -> list[Path]:
        """
        All parts that are not empty, in a fixed order; nothing may be added after.

        `done` is told of the parts at first, each once it is small enough.
        """
        for number in list(self._held):
            self._write(number)
        small: list[Path] = []
        for number in sorted(self._written):
            small += self._small(self._path(number))
            done(1)
        return small

    @property
    def parts_at_first(self) -> int:
        """So many parts have been written to so far, or will be."""
        return len(self._written | self._held.keys())

    @staticmethod
    def divides(size: int) -> bool:
        """Whether so many bytes are read and written once more, because parts were too large."""
        return size >= PARTS * PART_BYTES * _MUCH

    def _small(self, part: Path) -> list[Path]:
        """The part itself, or what takes its place if it is too large."""
        count = min(part.stat().st_size // self._part_bytes, PARTS)
        if count < _MUCH:
            return [part]
        paths = [part.with_name(f"{part.name}-{number:03d}") for number in range(count)]
        with ExitStack() as stack:
            streams = [stack.enter_context(path.open("wb")) for path in paths]
            for frame in read_frames(part):
                hashed = int.from_bytes(frame[:_HASH_BYTES], "big")
                # Other bits than those that all members of the part have in common.
                streams[(hashed >> 24) % count].write(framed(frame))
        part.unlink()
        return [path for path in paths if path.stat().st_size]

    def _write(self, number: int) -> None:
        with self._path(number).open("ab") as file:
            file.write(self._held.pop(number))
        self._written.add(number)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:03d}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()


def bytes_of(parts: Iterable[Path]) -> int:
    """The size of parts, which is about as much work."""
    return sum(part.stat().st_size for part in parts)


def frames_of(part: Path) -> Iterator[bytes]:
    """The frames of one part."""
    for frame in read_frames(part):
        yield frame[_HASH_BYTES:]
