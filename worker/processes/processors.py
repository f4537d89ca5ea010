"""How many processors this process may use, within the limit of its container."""

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

    A container's limit is `cpu.max` of cgroup v2, of its own group or of one around it. Without a
    limit, it is the number of processors that the kernel lets this process run on.
    """
    limits = [limit for group in _around(own) if (limit := _limit(groups / group)) is not None]
    return max(min([_runnable(), *map(ceil, limits)]), 1)


def _runnable() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _around(own: Path) -> list[PurePosixPath]:
    """Folders of the process's group and all groups around it; `0::` begins the v2 line."""
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return []
    paths = [line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")]
    return [
        place for path in paths for place in (PurePosixPath(path), *PurePosixPath(path).parents)
    ]


def _limit(group: Path) -> float | None:
    """How many processors a group may use; None if it has no limit or cannot be read."""
    try:
        quota, period = (group / "cpu.max").read_text("utf-8").split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None
