"""Makes the kernel end a process that computes past its deadline: its work could not commit.

Even code that never returns to Python is ended. The next worker at the place tries its entries one
by one, which finds the entry at fault.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Guard = Callable[[], AbstractContextManager[None]]
"""A context for work without I/O."""

NO_DEADLINE: Guard = nullcontext


def deadline(seconds: float) -> Guard:
    """A guard with a deadline, for the main thread of a child process."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)

    @contextmanager
    def guard() -> Iterator[None]:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return guard
