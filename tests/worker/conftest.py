"""The stores that the tests of this folder run against."""

from __future__ import annotations

import pytest
from redis import Redis

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.worlds import MemoryWorld, RedisWorld, World


@pytest.fixture(params=["memory", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    """Each store in turn: what one does the other does."""
    if request.param == "memory":
        return MemoryWorld()
    return request.getfixturevalue("redis_world")


@pytest.fixture
def memory_world() -> MemoryWorld:
    """The store in memory alone."""
    return MemoryWorld()


@pytest.fixture
def redis_world(redis_client: Redis) -> RedisWorld:
    """The store in Redis alone."""
    return RedisWorld(redis_client)


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as shipped."""
    return load_library(SHIPPED)
