"""Does the same work on each part of an input, in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from worker.processes.supervisor import die_with_parent

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

SMALL_BYTES: Final = 2_000_000
"""An input of this size is done before further processes have started."""


class Job(Protocol[R_co]):
    """Work that can be sent to another process."""

    def prepare(self) -> Callable[[Path], R_co]:
        """Gets ready, once in each process, and says what is done with a part."""


def processors() -> int:
    """How many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def results_of(job: Job[R], parts: Sequence[Path], processes: int) -> Iterator[R]:
    """What comes of each part, in the order of the parts; with one process, in this one."""
    if processes == 1 or len(parts) < 2:
        yield from map(job.prepare(), parts)
        return
    pool = ProcessPoolExecutor(
        min(processes, len(parts)),
        # A process that is forked off would inherit the threads' locks, but not the threads.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_get_ready,
        initargs=(job, os.getpid()),
    )
    try:
        yield from pool.map(_work, parts)
    finally:
        pool.shutdown(cancel_futures=True)


_on_part: list[Callable[[Path], Any]] = []
"""What this process does with a part, once it is ready."""


def _get_ready(job: Job[Any], parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    ask_the_kernel = die_with_parent(parent)
    if ask_the_kernel is not None:
        ask_the_kernel()
    _on_part.append(job.prepare())


def _work(part: Path) -> Any:  # noqa: ANN401  # whatever the job makes of it
    (on_part,) = _on_part
    return on_part(part)
