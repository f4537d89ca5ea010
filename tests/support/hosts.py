"""Workers as on several machines, for as long as a block runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from worker.sandbox.installation import WorkerProcess


@contextmanager
def running(workers: Sequence[WorkerProcess]) -> Iterator[Sequence[WorkerProcess]]:
    """Starts them all, and at the end asks all to end before it waits for the first."""
    try:
        for worker in workers:
            worker.start()
        yield workers
    finally:
        for worker in workers:
            worker.ask_to_end()
        for worker in workers:
            worker.stop()
