"""An installation with dead letters, which the commands find."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from tests.support.worlds import RedisWorld
from tests.worker.commands.dead_letters.refused import refuse_all


@pytest.fixture
def world(redis_world: RedisWorld, monkeypatch, tmp_path) -> RedisWorld:
    """An installation without anything in it, which the commands find."""
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    monkeypatch.chdir(tmp_path)
    return redis_world


@pytest.fixture
def four(world: RedisWorld, library: Library) -> dict[str, str]:
    """Four dead letters: reason -> id."""
    return refuse_all(world, library)
