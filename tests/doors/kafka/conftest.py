"""What the tests of the bridge share: a broker, a Redis, and what the day must lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import msgspec
import pytest
from redis import Redis

from doors.kafka.inbound import EventBridge
from doors.kafka.numbers import BridgeNumbers
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.archives import DAY
from tests.support.kafka_broker import KafkaBroker, RdkafkaBroker, rdkafka_broker
from tests.support.turns import drain, route, work_off
from tests.support.worlds import MemoryWorld, RedisWorld, World
from worker.config.settings import load_settings

EVENTS = DAY.read_bytes().splitlines()


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as shipped."""
    return load_library(SHIPPED)


@pytest.fixture(scope="session")
def broker() -> Iterator[RdkafkaBroker]:
    with rdkafka_broker() as one:
        yield one


@pytest.fixture
def world(redis_client: Redis, redis_url: str, monkeypatch) -> RedisWorld:
    """A Redis, which the settings name; a bridge that is gone is not waited for."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_KAFKA_SESSION_SECONDS", "1")
    return RedisWorld(redis_client)


@pytest.fixture(scope="session")
def wanted(library: Library) -> Effects:
    """What the day leads to when its events are sent once, in their order."""
    world = MemoryWorld()
    work_off(world, library, *EVENTS)
    return effects_in(world)


Effects = tuple[list[tuple[Any, ...]], int, int]
"""Determinations without their time and digests, events applied, dead letters."""


def effects_of(world: RedisWorld, library: Library) -> Effects:
    """What came of all that is at the door, decided by the real worker's code."""
    while world.entries("door"):
        route(world)
    drain(world, library)
    return effects_in(world)


def effects_in(world: World) -> Effects:
    told = [msgspec.json.decode(each)["data"] for each in world.determinations()]
    names = ("member_id", "claim_id", "line", "revision", "outcome", "reason")
    applied = sum(
        count for name, count in world.counters().items()
        if name.startswith("mrs_events_total") and name.endswith("applied")
    )  # fmt: skip
    lines = sorted(tuple(data[name] for name in names) for data in told)
    return lines, applied, len(world.letters())


@contextmanager
def bridged(
    broker: KafkaBroker, topic: str, batch: int = 500, **settings: Any
) -> Iterator[EventBridge]:
    """A bridge in this process, in a group that is called as its topic; `turn` moves it."""
    given = load_settings(
        kafka_brokers=broker.address, kafka_topic=topic, kafka_group=topic, **settings
    )
    bridge = EventBridge(given, None, batch, BridgeNumbers("in"))
    try:
        yield bridge
    finally:
        bridge.close()


def turn_until(holds: Callable[[], bool], *bridges: Any) -> None:
    """Moves bridges until something holds."""
    given_up_at = monotonic() + 90
    while not holds():
        assert monotonic() < given_up_at
        for bridge in bridges:
            bridge.turn()
