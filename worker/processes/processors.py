"""How many processors this process may use: the machine's, within the limit of its container."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN: Final = Path("/proc/self/cgroup")


def usable_processors(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """
    At least 1; part of a processor counts as a whole one.

    The limit of a container is `cpu.max` of cgroup v2, its own or that of a group around it; where
    there is none, the number is that of the processors on which the kernel lets this process run.
    """
    limits = [limit for group in _around(own) if (limit := _limit(groups / group)) is not None]
    return max(min([_runnable(), *map(ceil, limits)]), 1)


def _runnable() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _around(own: Path) -> list[PurePosixPath]:
    """The process's group and all around it, as folders; `0::` begins the line of version 2."""
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return []
    paths = [line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")]
    return [
        place for path in paths for place in (PurePosixPath(path), *PurePosixPath(path).parents)
    ]


def _limit(group: Path) -> float | None:
    """Processors that a group may use at once; None: it has no limit, or cannot be read."""
    try:
        quota, period = (group / "cpu.max").read_text("utf-8").split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None
