"""What the children of a worker have done, told to its main process through a pipe.

It is for the line that a worker logs when it stops; the counters of the installation are in Redis.
A child that is killed takes its last report with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from struct import Struct
from typing import Final, NamedTuple

_READ_BYTES: Final = 65536


class FinishedWork(NamedTuple):
    """Events by result, and determinations published."""

    applied: int = 0
    duplicate: int = 0
    refused: int = 0
    set_aside: int = 0
    determinations: int = 0

    @property
    def events(self) -> int:
        """Events with any result."""
        return self.applied + self.duplicate + self.refused + self.set_aside

    def plus(self, other: FinishedWork) -> FinishedWork:
        """The sum of both."""
        return FinishedWork(*(mine + more for mine, more in zip(self, other, strict=True)))


_FORM: Final = Struct(f"{len(FinishedWork._fields)}Q")


class WorkReports:
    """Created before the children are forked; each process uses its end."""

    def __init__(self) -> None:
        self._to_read, self._to_write = os.pipe()
        for end in (self._to_read, self._to_write):
            os.set_blocking(end, False)
        self.total = FinishedWork()
        """What was received so far."""

    def send(self, work: FinishedWork) -> None:
        """Sends a child's report; lost if the main process does not read."""
        if any(work):
            with suppress(BlockingIOError):
                os.write(self._to_write, _FORM.pack(*work))  # short enough to be written whole

    def receive(self) -> None:
        """Adds the reports that have arrived; to be called each second or so."""
        for work in self._arrived():
            self.total = self.total.plus(work)

    def _arrived(self) -> Iterator[FinishedWork]:
        try:
            read = os.read(self._to_read, _READ_BYTES)
        except BlockingIOError:
            return
        yield from map(FinishedWork._make, _FORM.iter_unpack(read))
