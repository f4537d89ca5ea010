"""Files of frames: any bytes, one after the other, each behind its length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_LENGTH_BYTES: Final = 4


def framed(frame: bytes) -> bytes:
    """A frame as it is in a file."""
    return len(frame).to_bytes(_LENGTH_BYTES, "big") + frame


def write_frames(file: Path, frames: Iterable[bytes]) -> None:
    """Writes a file anew."""
    with file.open("wb") as stream:
        stream.writelines(map(framed, frames))


def read_frames(file: Path) -> Iterator[bytes]:
    """The frames of a file, in order."""
    with file.open("rb") as stream:
        while length := stream.read(_LENGTH_BYTES):
            yield stream.read(int.from_bytes(length, "big"))
