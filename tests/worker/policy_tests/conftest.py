"""A library whose policy has no scenarios beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.library_folders import copy_small_library
from tests.worker.policy_tests.beside import BESIDE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library without scenarios."""
    made = copy_small_library(tmp_path / "library")
    for path in (made / BESIDE).glob("*"):
        path.unlink()
    return made
