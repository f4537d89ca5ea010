"""Determinations go to a topic, keyed by member, and are acknowledged once they are there."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from doors.kafka.connection import BridgeStopped
from doors.kafka.numbers import BridgeNumbers
from doors.kafka.outbound import DeterminationBridge
from tests.doors.kafka.conftest import EVENTS, turn_until
from tests.support.dying import mother
from tests.support.turns import work_off
from worker.config.settings import load_settings
from worker.consumption import NotADetermination

pytestmark = pytest.mark.xdist_group("kafka")

STREAM = "mrs:determinations"


@pytest.fixture
def day(world, library):
    """A Redis with the determinations of the day."""
    work_off(world, library, *EVENTS)
    return world


@contextmanager
def bridged(broker, topic: str):
    settings = load_settings(
        kafka_brokers=broker.address, kafka_out_topic=topic, kafka_group="payer"
    )
    bridge = DeterminationBridge(settings, "one", BridgeNumbers("out"))
    try:
        yield bridge
    finally:
        bridge.close()


def pending(world) -> int:
    return world.client.xpending(STREAM, "payer")["pending"]


def unread(world) -> int:
    """What the group has not acknowledged."""
    (group,) = world.client.xinfo_groups(STREAM)
    return group["lag"] + group["pending"]


def test_each_arrives_with_its_bytes_under_its_member_and_is_then_acknowledged(broker, day):
    topic, published = broker.topic(partitions=3), day.determinations()
    with bridged(broker, topic) as bridge:
        turn_until(lambda: unread_or_all(day) == 0, bridge)
        ready = bridge.is_ready
    found = broker.messages(topic, 3)

    assert sorted(published) == sorted(each.value() for each in found)
    assert ready
    assert [] == [
        each.key()
        for each in found
        if each.key().decode() != json.loads(each.value())["data"]["member_id"]
    ]
    assert {("content-type", b"application/cloudevents+json; charset=UTF-8")} == {
        header for each in found for header in each.headers()
    }


def unread_or_all(world) -> int:
    return unread(world) if world.client.xinfo_groups(STREAM) else 1


def test_all_of_a_member_are_in_one_partition_in_the_order_of_the_stream(broker, day):
    topic, published = broker.topic(partitions=3), day.determinations()
    with bridged(broker, topic) as bridge:
        turn_until(lambda: bridge.carried == len(published), bridge)
    places, by_member = {}, {}
    for each in broker.messages(topic, 3):
        places.setdefault(each.key(), set()).add(each.partition())
        by_member.setdefault(each.key(), []).append(each.value())

    wanted = {}
    for event in published:
        wanted.setdefault(json.loads(event)["data"]["member_id"].encode(), []).append(event)
    assert {1} == {len(each) for each in places.values()}
    assert wanted == by_member


def test_while_the_broker_is_away_nothing_is_acknowledged_and_then_all_is(broker, day):
    topic, published = broker.topic(), day.determinations()
    with bridged(broker, topic) as bridge:
        broker.go_away()
        try:
            turn_until(lambda: bridge._left and not bridge.is_ready, bridge)
            bridge.turn()
            before = (bridge.carried, pending(day) > 0, bridge.is_idle)
        finally:
            broker.come_back()
        turn_until(lambda: unread(day) == 0, bridge)

    assert (0, True, False) == before
    assert set(published) == {each.value() for each in broker.messages(topic)}


def test_killed_before_each_thing_that_it_does_all_arrive(broker, day, redis_url):
    published = set(day.determinations())
    environment = {"MRS_REDIS_URL": redis_url, "MRS_KAFKA_BROKERS": broker.address}
    deaths = [(number, "sendall") for number in range(6, 10)] + [(40, "produce"), (1, "poll")]
    there, again = [], []
    with mother(environment) as mum:
        for dies_at, reaching in deaths:
            topic = broker.topic()
            words = ["bridge", "kafka", "--out", "--consumer", "one", "--idle-seconds", "0.1"]
            words += ["--topic", topic, "--group", topic]
            mum.survives(words, dies_at, {reaching})
            there.append(len({each.value() for each in broker.messages(topic)}))
            assert mum.survives(words, 1_000_000, {"sendall"})
            again.append({each.value() for each in broker.messages(topic)})

    assert [published] * len(deaths) == again
    assert {0, len(published)} <= set(there)


def test_what_is_no_determination_is_said_and_stays(broker, day):
    strange = day.client.xadd(STREAM, {"event": "{}"}).decode()
    with bridged(broker, broker.topic()) as bridge, pytest.raises(NotADetermination, match=strange):
        turn_until(lambda: False, bridge)

    assert pending(day) > 0


def test_a_determination_that_kafka_never_takes_ends_the_bridge_and_stays(broker, world):
    large = {"id": "d-1", "data": {"member_id": "M-7", "text": "x" * 9_000_000}}
    world.client.xadd(STREAM, {"event": json.dumps(large)})
    with (
        bridged(broker, broker.topic()) as bridge,
        pytest.raises(BridgeStopped, match="MSG_SIZE_TOO_LARGE") as stopped,
    ):
        turn_until(lambda: False, bridge)

    assert 1 == pending(world)
    assert "M-7" not in str(stopped.value)
