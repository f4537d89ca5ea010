"""Runs a command on a terminal of its own, of any width."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from typing import NamedTuple


class TerminalRun(NamedTuple):
    """What stood on the terminal, both outputs together, and the exit code."""

    shown: str
    exit_code: int


def on_a_terminal(
    arguments: Sequence[str], typed: bytes = b"", *, columns: int = 80, **environment: str
) -> TerminalRun:
    """Runs `adjudicator` with these arguments, types something, and waits until it ends."""
    command = ["-m", "worker.cli", *arguments]
    return python_on_a_terminal(command, typed, columns=columns, **environment)


def python_on_a_terminal(
    arguments: Sequence[str], typed: bytes = b"", *, columns: int = 80, **environment: str
) -> TerminalRun:
    """Runs Python in the same way."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=kept | {"TERM": "xterm-256color"} | environment,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, typed)
    shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return TerminalRun(shown.decode().replace("\r\n", "\n"), process.wait(30))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last process has closed its end
        return b""
