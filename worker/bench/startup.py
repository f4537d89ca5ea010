"""Measures start-up: a worker until it is ready, and `decide` on an empty file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from worker.bench.processes import PREFIX
from worker.bench.spread import Spread, spread_of
from worker.sandbox.installation import Installation, environment_of
from worker.sandbox.redis_server import embedded_redis


def startup(rounds: int, tell: Callable[[], object]) -> Mapping[str, Spread]:
    """Returns the seconds of each, measured in turn."""
    measured: dict[str, list[float]] = {"worker": [], "decide": []}
    for _ in range(rounds):
        measured["worker"].append(_seconds_of_worker())
        measured["decide"].append(_seconds_of_decide())
        tell()
    return {name: spread_of(seconds) for name, seconds in measured.items()}


def _seconds_of_worker() -> float:
    """Measures a worker from its start until it reports that it is ready."""
    with embedded_redis() as server:
        own = Installation(server, {"prefix": PREFIX}, size=1)
        began_at = time.perf_counter()
        own.start_worker()
        try:
            own.wait_until_ready()
            return time.perf_counter() - began_at
        finally:
            own.stop()


def _seconds_of_decide() -> float:
    """Measures a whole run of `adjudicator decide` on a file without events."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as empty:
        command = [sys.executable, "-P", "-m", "worker.cli", "decide", empty.name]
        began_at = time.perf_counter()
        subprocess.run(  # noqa: S603  # our own arguments only
            command,
            env=environment_of({}),
            cwd=Path(empty.name).parent,
            start_new_session=True,  # Ctrl-C is answered by this process alone
            check=True,
        )
        return time.perf_counter() - began_at
