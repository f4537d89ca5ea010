"""Wherever the bridge is killed, the next run goes on: nothing is lost, no effect is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest

from tests.doors.kafka.conftest import EVENTS, effects_of
from tests.support.dying import Mother, mother

pytestmark = pytest.mark.xdist_group("kafka")

REACHING = {"sendall", "commit"}
"""What the bridge does outside, each time after it has looked what there is: to Redis, to Kafka."""

NEVER = 1_000_000
POINTS_MIN = 4


@pytest.fixture
def mum(world, broker, redis_url) -> Iterator[Mother]:
    environment = {
        "MRS_REDIS_URL": redis_url,
        "MRS_KAFKA_BROKERS": broker.address,
        "MRS_KAFKA_SESSION_SECONDS": "1",
    }
    with mother(environment) as one:
        yield one


def words(topic: str) -> list[str]:
    return ["bridge", "kafka", "--topic", topic, "--group", topic, "--idle-seconds", "0.2"]


class Killed(NamedTuple):
    """What a bridge left when it was killed."""

    topic: str
    left: dict[bytes, bytes]
    arrived: int
    committed: int


def test_killed_before_each_thing_that_it_does_nothing_is_lost_and_no_effect_doubled(
    mum, broker, world, library, wanted
):
    killed = []
    for dies_at in count(1):
        world.client.flushall()
        topic = broker.topic()
        broker.put(topic, EVENTS)
        if mum.survives(words(topic), dies_at, REACHING):
            break
        arrived, committed = len(world.entries("door")), broker.committed(topic, topic)
        killed.append(Killed(topic, world.everything(), arrived, committed))

    for dies_at, one in enumerate(killed, 1):
        world.client.flushall()
        for key, value in one.left.items():
            world.client.restore(key, 0, value)
        while broker.committed(one.topic, one.topic) < len(EVENTS):
            assert mum.survives(words(one.topic), NEVER, REACHING)

        assert (dies_at, True) == (dies_at, one.arrived >= one.committed)
        assert (dies_at, wanted) == (dies_at, effects_of(world, library))
    assert len(killed) > POINTS_MIN
    # Taken and not sent; sent and not committed; both.
    stages = {(0, 0), (len(EVENTS), 0), (len(EVENTS), len(EVENTS))}
    assert stages <= {(one.arrived, one.committed) for one in killed}
