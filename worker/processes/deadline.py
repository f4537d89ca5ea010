"""Has the kernel end a process that computes on and on: nothing that it came to could be written.

Even code that never returns to Python is ended. Its place is taken over singly, so that the entry
it ran on is found out.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Guard = Callable[[], AbstractContextManager[None]]
"""What pure work is done under."""

NO_DEADLINE: Guard = nullcontext


def deadline(seconds: float) -> Guard:
    """A guard for a process of its own, whose main thread calls this."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)

    @contextmanager
    def guard() -> Iterator[None]:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return guard
