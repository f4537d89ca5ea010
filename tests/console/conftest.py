"""The console's own fixtures: an installation with the sample day decided, once for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.console_day import ConsoleDay, decided_day
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis


@pytest.fixture(scope="module")
def console_day() -> Iterator[ConsoleDay]:
    """A module whose tests change it for each other is one `xdist_group`."""
    with embedded_redis({"appendonly": "no"}) as server, decided_day(server) as day:
        yield day


@pytest.fixture
def own_day(redis_server: EmbeddedRedis) -> Iterator[ConsoleDay]:
    """The same on a Redis of the test's own, which it may kill and restart."""
    with decided_day(redis_server) as day:
        yield day
