"""
Shows by two files whether this machine's worker is alive and ready.

The worker's main thread touches `alive` each second, and another thread touches `ready` while
nothing stands in the way of work. A probe checks their age: it needs neither Celery nor Redis.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

ALIVE_SECONDS = 30
"""If `alive` is older than this, the worker is gone or stuck."""

_ALIVE = "alive"
_READY = "ready"


def show_alive(folder: Path) -> None:
    """Shows that the worker is alive; to be repeated each second."""
    _touch(folder / _ALIVE)


def show_ready(folder: Path, *, ready: bool) -> None:
    """Shows whether the worker is ready; to be repeated each second."""
    if ready:
        _touch(folder / _READY)
    else:
        (folder / _READY).unlink(missing_ok=True)


def is_alive(folder: Path) -> bool:
    """Whether a worker has recently shown that it is alive."""
    return _is_fresh(folder / _ALIVE, ALIVE_SECONDS)


def is_ready(folder: Path, lease_seconds: float = ALIVE_SECONDS) -> bool:
    """Whether a worker that is alive has shown within a lease that it is ready."""
    return is_alive(folder) and _is_fresh(folder / _READY, min(lease_seconds, ALIVE_SECONDS))


def _touch(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Others may be able to write to the folder, so links are not followed.
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        os.utime(file)
    finally:
        os.close(file)


def _is_fresh(path: Path, seconds: float) -> bool:
    try:
        seen = path.lstat()
    except OSError:
        return False
    is_ours = os.getuid() in {0, seen.st_uid}
    return is_ours and time.time() - seen.st_mtime < seconds
