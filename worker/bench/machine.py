"""Describes the machine and the versions used for a measurement."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from worker.sandbox.server_binary import find_server_binary, server_version

_MEASURED_WITH = ("mrs-adjudicator", "celery", "redis", "hiredis", "msgspec", "pydantic")


def machine() -> Mapping[str, Any]:
    """Returns what the numbers depend on most, without naming the machine."""
    return {
        "system": f"{platform.uname().system} {platform.release()}",
        "architecture": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def versions() -> Mapping[str, str]:
    """Returns the versions of Python, the server and key packages; raises `NoServerBinary`."""
    binary = find_server_binary()
    named = {name: version(name) for name in _MEASURED_WITH}
    server = ".".join(map(str, server_version(str(binary))))
    return {"python": platform.python_version(), binary.name: server} | named


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8", "replace").splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
