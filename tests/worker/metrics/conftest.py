"""The exporter that the tests of this folder ask."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from tests.support.worlds import RedisWorld
from worker.metrics.exporter import Exporter


@pytest.fixture
def exporter(redis_world: RedisWorld, library: Library) -> Exporter:
    """Of an installation without anything in it."""
    return Exporter([(redis_world.client, redis_world.keys)], library)
