"""Looks whether processes are still there, and waits until something holds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether a process of that pid still does anything; waiting to be reaped is nothing."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return Path("/proc").exists() is False
    return state != "Z"


def eventually(holds: Callable[[], bool], seconds_max: float = 30) -> bool:
    """Whether something came to hold in time; what holds costs no wait, however long it may be."""
    given_up_at = time.monotonic() + seconds_max
    while not holds():
        if time.monotonic() > given_up_at:
            return False
        time.sleep(0.02)
    return True


def uncounted_environment() -> dict[str, str]:
    """This process' own, without what counts lines: that takes signals before our own code does."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
