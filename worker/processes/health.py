"""
Tells by two files whether the worker of this machine is alive and ready.

The worker touches them each second; a probe looks how old they are. Neither side needs Celery or
Redis for it, so that a probe costs little and fails for no reason but the worker's own.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

FRESH_SECONDS = 30
"""A file older than this speaks of a worker that is gone or stuck."""

_ALIVE = "alive"
_READY = "ready"


def show_alive(folder: Path) -> None:
    """Says that the worker lives; to be repeated each second."""
    _touch(folder / _ALIVE)


def show_ready(folder: Path, *, ready: bool) -> None:
    """Says whether the worker can do its work; to be repeated each second."""
    if ready:
        _touch(folder / _READY)
    else:
        (folder / _READY).unlink(missing_ok=True)


def is_alive(folder: Path) -> bool:
    """Whether a worker has shown itself of late."""
    return _is_fresh(folder / _ALIVE)


def is_ready(folder: Path) -> bool:
    """Whether a worker that is alive has said of late that it can do its work."""
    return is_alive(folder) and _is_fresh(folder / _READY)


def _touch(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The folder may stand in a place where others can write: a link of theirs is not followed.
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
