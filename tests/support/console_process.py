"""The console as a process, as a user starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class ConsoleProcess:
    """A running `adjudicator console`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def first_line(self) -> str:
        """What it says first, once it serves."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self._process.send_signal(number)
        return self._process.wait(60)


@contextmanager
def console_process(redis_url: str, *options: str) -> Iterator[ConsoleProcess]:
    """The console on a Redis, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worker", "console", *options],
        env={**os.environ, "MRS_REDIS_URL": redis_url},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield ConsoleProcess(process)
    finally:
        process.kill()
        process.communicate()
