"""Whether the main thread of a worker goes on: only it touches the file `alive`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from worker.failures import MainLoopStands
from worker.processes.health import show_alive

BEAT_SECONDS_MAX: Final = 1.0
STANDS_SECONDS_MIN: Final = 2.0
"""Longer than the pause between two attempts to reach the broker."""
STANDS_SECONDS_MAX: Final = 10.0


class MainLoop:
    """Is beaten by the main thread each second, and asked by the dispatcher's."""

    def __init__(self, state_folder: Path, lease_seconds: float) -> None:
        self._folder = state_folder
        self.beat_seconds = min(BEAT_SECONDS_MAX, lease_seconds / 4)
        patience = max(lease_seconds, STANDS_SECONDS_MIN)
        self._patience_seconds = min(patience, STANDS_SECONDS_MAX)
        self._beaten_at = monotonic()

    def beat(self) -> None:
        """To be called each `beat_seconds`, by the main thread alone."""
        self._beaten_at = monotonic()
        with suppress(OSError):  # the dispatcher writes to the same folder, and logs that
            show_alive(self._folder)

    def must_turn(self) -> None:
        """Raises `MainLoopStands` if the last beat is longer ago than a lease (2 to 10 seconds)."""
        if monotonic() - self._beaten_at > self._patience_seconds:
            raise MainLoopStands
