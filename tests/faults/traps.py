"""Does something to a process at the n-th step of its way through Redis."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Event, Lock
from typing import Final, Literal

from tests.faults.proxy import Act, Call, Meddler
from tests.faults.workers import send_signal

Moment = Literal["before", "after"]

STEPS: Final = {
    *("lpush", "info", "take", "head", "route", "xread", "load", "commit", "release"),
    *("try", "untry", "count"),
}
SEEN_BY_THEIR_ANSWERS: Final = {"ring", "brpop"}
"""Asked all the time; a step of the way only where they bring something."""


class Trap(Meddler):
    """Fires once, before or after the n-th step since it was set."""

    def __init__(self, moment: Moment, step: int, fire: Callable[[Call], Act]) -> None:
        self.moment = moment
        self.step = step
        self.steps: list[str] = []
        """Those that were gone through, by name."""
        self.fired = Event()
        self._fire = fire
        self._is_set = False
        self._at: Call | None = None
        self._lock = Lock()

    def set(self) -> None:
        """Counts from now on."""
        self._is_set = True

    def command(self, call: Call) -> Act:
        if not self._is_set or self.fired.is_set() or call.name not in STEPS:
            return Act.PASS
        with self._lock:
            self.steps.append(call.name)
            if len(self.steps) != self.step:
                return Act.PASS
        if self.moment == "before":
            return self._spring(call)
        self._at = call
        return Act.PASS

    def answer(self, call: Call, answer: bytes) -> Act:
        if not self._is_set or self.fired.is_set() or self.moment == "before":
            return Act.PASS
        if call is self._at:
            return self._spring(call)
        if call.name in SEEN_BY_THEIR_ANSWERS and _brings_something(call, answer):
            with self._lock:
                self.steps.append(call.name)
                if len(self.steps) == self.step:
                    return self._spring(call)
        return Act.PASS

    def _spring(self, call: Call) -> Act:
        act = self._fire(call)
        self.fired.set()
        return act


def kill_worker(call: Call) -> Act:
    """Kills the process, and with it all others of its worker."""
    send_signal(os.getpgid(call.pid), signal.SIGKILL, group=True)
    return Act.CUT


def kill_process(call: Call) -> Act:
    """Kills the process alone."""
    send_signal(call.pid, signal.SIGKILL)
    return Act.CUT


def cut(_: Call) -> Act:
    """Cuts its connection."""
    return Act.CUT


def cut_in_half(_: Call) -> Act:
    """Cuts its connection in the middle of the answer."""
    return Act.HALF


def _brings_something(call: Call, answer: bytes) -> bool:
    if call.name == "brpop":
        return not answer.startswith((b"*-1", b"$-1", b"_"))
    return b"*0\r\n*0\r\n" not in answer  # no orders, no problems
