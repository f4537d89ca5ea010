"""Does the same work on each part of an input, in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from worker.processes.supervisor import die_with_parent

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

SMALL_BYTES: Final = 2_000_000
"""An input up to this size is finished before more processes could start."""


class Job(Protocol[R_co]):
    """Work that can be sent to another process."""

    def prepare(self) -> Callable[[Path], R_co]:
        """Prepares the job, once per process, and returns the function to apply to a part."""


def sized_results_of(job: Job[R], parts: Sequence[Path], processes: int) -> Iterator[tuple[R, int]]:
    """As `results_of`, each with the bytes of its part."""
    sizes = [part.stat().st_size for part in parts]
    yield from zip(results_of(job, parts, processes), sizes, strict=True)


def results_of(job: Job[R], parts: Sequence[Path], processes: int) -> Iterator[R]:
    """The result of each part, in their order; with `processes` 1, computed in this process."""
    if processes == 1 or len(parts) < 2:
        yield from map(job.prepare(), parts)
        return
    pool = ProcessPoolExecutor(
        min(processes, len(parts)),
        # A forked process would inherit the threads' locks, but not the threads.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_get_ready,
        initargs=(job, os.getpid()),
    )
    try:
        # Not by `pool.map`: it cancels what has not begun where a signal ends it, and a pool of
        # Python 3.11 that finds something cancelled once a process has ended says so at length.
        with _ctrl_c_held_back():
            futures = deque(pool.submit(_work, part) for part in parts)
        while futures:
            yield futures.popleft().result()
    except (KeyboardInterrupt, SystemExit):
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Processes started in the block never get it, not even while they import."""
    # A process of Python's own that would be started in the block, and lets Ctrl-C through again.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


_on_part: list[Callable[[Path], Any]] = []
"""The function that this process applies to a part, once it is prepared."""


def _get_ready(job: Job[Any], parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    ask_the_kernel = die_with_parent(parent)
    if ask_the_kernel is not None:
        ask_the_kernel()
    _on_part.append(job.prepare())


def _work(part: Path) -> Any:  # noqa: ANN401  # whatever the job makes of it
    (on_part,) = _on_part
    return on_part(part)
