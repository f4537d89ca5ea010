"""Finds processes that a test started and left behind, by a mark in their environment."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MARK = "MRS_TESTS_RUN"


def mark_this_run() -> None:
    """Every process that is started from now on carries the mark."""
    os.environ[_MARK] = f"{os.getpid()}-{time.time_ns()}"


def end_leftovers(grace_seconds: float) -> list[str]:
    """What still runs after a short grace; it is ended, so that nothing stays behind."""
    given_up_at = time.monotonic() + grace_seconds
    while (left := dict(_marked())) and time.monotonic() < given_up_at:
        time.sleep(0.05)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return list(left.values())


def _marked() -> Iterator[tuple[int, str]]:
    """Processes with the mark, their pids and command lines; none where there is no /proc."""
    mark = f"{_MARK}={os.environ[_MARK]}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        with suppress(OSError):
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            if mark in environment and pid != os.getpid():
                yield pid, f"{pid} {command.decode('utf-8', 'replace')}"
