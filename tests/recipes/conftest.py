"""A copy of the project for each recipe."""

from __future__ import annotations

import pytest

from tests.support.recipes import Copy


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)
