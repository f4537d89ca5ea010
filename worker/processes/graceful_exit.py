"""Lets a command that receives SIGTERM clean up its files, servers and processes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from worker.processes.interruption import Terminated


class Ending:
    """Remembers that the end was requested, even if the exception raised for it got lost."""

    def __init__(self) -> None:
        # Python drops exceptions raised in a finaliser, which the signal may interrupt.
        self._signal: int | None = None

    def pause(self, seconds: float) -> None:
        """Sleeps, or exits the process if the end was requested."""
        if self._signal is not None:
            self.leave(self._signal)
        time.sleep(seconds)

    def leave(self, number: int, _frame: FrameType | None = None) -> NoReturn:
        """Exits the process because of a signal."""
        self._signal = number
        raise Terminated(number)


@contextmanager
def ends_in_good_order() -> Iterator[Ending]:
    """Inside this block SIGTERM unwinds the stack as Ctrl-C does, instead of killing at once."""
    ending = Ending()
    if threading.current_thread() is not threading.main_thread():
        yield ending
        return
    before = signal.signal(signal.SIGTERM, ending.leave)
    try:
        yield ending
    finally:
        signal.signal(signal.SIGTERM, before)
