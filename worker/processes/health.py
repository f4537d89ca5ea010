"""
Shows by two files whether this machine's worker is alive and ready.

The worker touches them each second; a probe checks their age. Neither side needs Celery or Redis
for it, so a probe is cheap and fails only because of the worker itself.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

FRESH_SECONDS = 30
"""If a file is older than this, the worker is gone or stuck."""

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
    return _is_fresh(folder / _ALIVE)


def is_ready(folder: Path) -> bool:
    """Whether a worker that is alive has recently shown that it is ready."""
    return is_alive(folder) and _is_fresh(folder / _READY)


def _touch(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Others may be able to write to the folder, so links are not followed.
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        os.utime(file)
    finally:
        os.close(file)


def _is_fresh(path: Path) -> bool:
    try:
        seen = path.lstat()
    except OSError:
        return False
    is_ours = os.getuid() in {0, seen.st_uid}
    return is_ours and time.time() - seen.st_mtime < FRESH_SECONDS
