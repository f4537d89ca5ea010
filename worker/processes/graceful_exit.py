"""Lets a command that receives SIGTERM clean up its files, servers and processes."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Ending:
    """Whether the end was asked for, also where the exit that was raised then got lost."""

    def __init__(self) -> None:
        # Python drops what is raised in a finaliser, which may be what the signal interrupts.
        self._signal: int | None = None

    def pause(self, seconds: float) -> None:
        """Sleeps, unless the end was asked for; then it ends the process."""
        if self._signal is not None:
            self.leave(self._signal)
        time.sleep(seconds)

    def leave(self, number: int, _frame: FrameType | None = None) -> NoReturn:
        """Ends the process for a signal."""
        self._signal = number
        sys.exit(128 + number)


@contextmanager
def ends_in_good_order() -> Iterator[Ending]:
    """SIGTERM ends what is inside as Ctrl-C does, instead of on the spot."""
    ending = Ending()
    if threading.current_thread() is not threading.main_thread():
        yield ending
        return
    before = signal.signal(signal.SIGTERM, ending.leave)
    try:
        yield ending
    finally:
        signal.signal(signal.SIGTERM, before)
