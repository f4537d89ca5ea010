"""Runs one embedded server, and ends it when the process that asked for it is gone.

Run as a separate process, by its path, importing only the standard library:

    supervisor.py PARENT_PID FOLDER COMMAND…

The parent holds the other end of standard input. It writes one word a line and reads one line of
answer: `start` -> the server's pid, `kill` -> `killed`, `look` -> `running` or `ended`. When the
pipe closes, for whatever reason, the server is ended and FOLDER removed. A child that the parent
forked may keep the pipe open, so the supervisor also checks that it still has the same parent.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

LOG = "redis.log"
"""The server's log file, in its folder."""
LOOK_SECONDS = 0.5
"""How often the supervisor checks for its parent."""
_PR_SET_PDEATHSIG = 1


class Keeper:
    """The server of one folder; none after a kill."""

    def __init__(self, command: list[str], log: IO[bytes]) -> None:
        self._command = command
        self._log = log
        self._server: subprocess.Popen[bytes] | None = None

    def answer(self, word: str) -> str:
        """Carries out one command of the parent."""
        answers: dict[str, Callable[[], str]] = {
            "start": self._start,
            "kill": self.end,
            "look": self._look,
        }
        return answers[word]()

    def end(self) -> str:
        """Kills the server: its folder is removed too, so it has nothing to finish."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
        return "killed"

    def _start(self) -> str:
        self._server = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # one thread only
        )
        return str(self._server.pid)

    def _look(self) -> str:
        return "running" if self._server is not None and self._server.poll() is None else "ended"


def die_with_parent(parent: int) -> Callable[[], None] | None:
    """Runs in the child before it becomes the server, so that it dies with the supervisor."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl

    def ask_the_kernel() -> None:
        control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # pragma: no branch  # it died before we asked
            os._exit(1)

    return ask_the_kernel


def main(parent: int, folder: str, command: list[str]) -> None:
    """Serves the parent until it closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    with Path(folder, LOG).open("ab") as log:
        keeper = Keeper(command, log)
        try:
            _serve(keeper, parent)
        finally:
            keeper.end()
            shutil.rmtree(folder, ignore_errors=True)


def _serve(keeper: Keeper, parent: int) -> None:
    while os.getppid() == parent:
        ready, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
        if ready:
            word = sys.stdin.readline().strip()
            if not word:
                return
            sys.stdout.write(f"{keeper.answer(word)}\n")
            sys.stdout.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
