"""Splits a large input into files: all frames of a member are in the same file, in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zlib import crc32

PARTS: Final = 256
"""Number of files; a process has one of them in memory at a time."""

_HELD_BYTES_MAX: Final = 64 * 1024
"""Most bytes of one part in memory before they are written."""
_LENGTH_BYTES: Final = 4


class Partitions:
    """
    A private temporary folder that exists while the block runs; it holds members' data.

    A frame is any bytes; the frames of a part are read in the order they were added.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mrs-parts-")
        self._held: dict[int, bytearray] = {}
        self._written: set[int] = set()
        self.size = 0
        """Bytes of all frames."""

    def add(self, member_id: str, frame: bytes) -> None:
        """Adds a frame to the part of a member."""
        number = crc32(member_id.encode("utf-8", "surrogatepass")) % PARTS
        held = self._held.setdefault(number, bytearray())
        held += len(frame).to_bytes(_LENGTH_BYTES, "big") + frame
        self.size += len(frame)
        if len(held) > _HELD_BYTES_MAX:
            self._write(number)

    def parts(self) -> list[Path]:
        """All parts that are not empty, in a fixed order."""
        for number in list(self._held):
            self._write(number)
        return [self._path(number) for number in sorted(self._written)]

    def _write(self, number: int) -> None:
        with self._path(number).open("ab") as file:
            file.write(self._held.pop(number))
        self._written.add(number)

    def _path(self, number: int) -> Path:
        return Path(self._folder.name) / f"{number:03d}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()


def frames_of(part: Path) -> Iterator[bytes]:
    """The frames of one part."""
    with part.open("rb") as file:
        while length := file.read(_LENGTH_BYTES):
            yield file.read(int.from_bytes(length, "big"))
