"""Records of any number in a file without a name, so that memory does not grow with the input."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from struct import Struct
from typing import IO, Generic, TypeVar

RecordT = TypeVar("RecordT")

_LENGTH = Struct("<I")
_WRITTEN_TOGETHER = 1 << 16


class Spool:
    """
    Bytes in the order in which they were added.

    The file has no name and is gone with the process, however that ends: it holds members' data.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # `close` closes it
        self._waiting = bytearray()
        self._written = 0

    @property
    def end(self) -> int:
        """Where the next record will begin."""
        return self._written + len(self._waiting)

    def add(self, record: bytes) -> None:
        """Adds a record at the end."""
        self._waiting += _LENGTH.pack(len(record))
        self._waiting += record
        if len(self._waiting) >= _WRITTEN_TOGETHER:
            self._write()

    def between(self, begin: int, end: int) -> Iterator[bytes]:
        """The records from one place to another; either was an `end` once."""
        self._write()
        at = begin
        while at < end:
            self._file.seek(at)
            block = self._file.read(min(_WRITTEN_TOGETHER, end - at))
            (length,) = _LENGTH.unpack_from(block)
            if len(block) < _LENGTH.size + length:
                self._file.seek(at)
                block = self._file.read(_LENGTH.size + length)
            taken = 0
            while taken + _LENGTH.size <= len(block):
                (length,) = _LENGTH.unpack_from(block, taken)
                if taken + _LENGTH.size + length > len(block):
                    break
                taken += _LENGTH.size + length
                yield block[taken - length : taken]
            at += taken

    def close(self) -> None:
        """Gives the room back."""
        self._waiting.clear()
        self._file.close()

    def _write(self) -> None:
        self._file.seek(self._written)
        self._file.write(self._waiting)
        self._written += len(self._waiting)
        self._waiting.clear()


class Spooled(Generic[RecordT]):
    """Some records of a spool, which can be gone through again and again."""

    __slots__ = ("_begin", "_decode", "_end", "_spool", "count")

    def __init__(
        self,
        spool: Spool,
        decode: Callable[[bytes], RecordT],
        places: tuple[int, int],
        count: int,
    ) -> None:
        """`places`: where they begin and end in the spool."""
        self._spool = spool
        self._decode = decode
        self._begin, self._end = places
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[RecordT]:
        return map(self._decode, self._spool.between(self._begin, self._end))
