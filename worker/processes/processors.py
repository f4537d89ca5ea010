"""How many processors this process may use, within the limit of its container."""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN: Final = Path("/proc/self/cgroup")


def usable_processors(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """
    At least 1; part of a processor counts as a whole one.

    A container's limit is `cpu.max` of cgroup v2, or `cpu.cfs_quota_us` of v1, of its own group or
    of one around it. Without a limit, it is the number of processors that the kernel lets this
    process run on.
    """
    folders = _folders(groups, own)
    limits = [limit for folder in folders if (limit := _limit(folder)) is not None]
    return max(min([_runnable(), *map(ceil, limits)]), 1)


def _runnable() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _folders(groups: Path, own: Path) -> Iterator[Path]:
    """
    Folders of the process's groups and of all groups around them.

    A line of `own` is `number:controllers:path`. That of v2 has no controllers; the controllers of
    v1 have a folder in `groups`, by the name of all or, as a link, of each.
    """
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, named = line.partition(":")
        controllers, _, path = named.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        group = PurePosixPath(path.strip("/"))
        for place in {controllers, "cpu"} if controllers else {""}:
            yield from (groups / place / each for each in (group, *group.parents))


def _limit(folder: Path) -> float | None:
    """How many processors a group may use; None if it has no limit or cannot be read."""
    for read in (_limit_of_version_2, _limit_of_version_1):
        try:
            return read(folder)
        except (OSError, ValueError, ZeroDivisionError):
            continue
    return None


def _limit_of_version_2(folder: Path) -> float | None:
    quota, period = (folder / "cpu.max").read_text("utf-8").split()
    return None if quota == "max" else int(quota) / int(period)


def _limit_of_version_1(folder: Path) -> float | None:
    quota = int((folder / "cpu.cfs_quota_us").read_text("utf-8"))
    period = int((folder / "cpu.cfs_period_us").read_text("utf-8"))
    return None if quota < 0 else quota / period
