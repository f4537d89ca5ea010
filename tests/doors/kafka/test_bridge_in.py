"""Events of a Kafka topic arrive at the door, and only then are they behind the bridge."""

from __future__ import annotations

import pytest
from redis import Redis

from doors.kafka import inbound
from tests.doors.kafka.conftest import EVENTS, bridged, effects_of, turn_until
from tests.support.cutting_relay import CuttingRelay
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld, RedisWorld
from worker.sandbox.redis_server import embedded_redis

pytestmark = pytest.mark.xdist_group("kafka")


def claims(count: int, first: int = 0) -> list[bytes]:
    return [
        encoded(event_of(CLAIM, member_id=f"M-{number}", id=f"e-{number}"))
        for number in range(first, first + count)
    ]


def at_the_door(world) -> list[bytes]:
    return [fields[b"event"] for _, fields in world.entries("door")]


def test_all_arrive_with_their_bytes_and_then_they_are_behind_it(broker, world):
    topic = broker.topic(partitions=3)
    broker.put(topic, EVENTS)

    with bridged(broker, topic) as bridge:
        turn_until(lambda: bridge.carried == len(EVENTS), bridge)

    assert sorted(EVENTS) == sorted(at_the_door(world))
    assert len(EVENTS) == broker.committed(topic, topic, 3)


def test_a_second_bridge_goes_on_where_the_first_has_ended(broker, world):
    topic = broker.topic()
    broker.put(topic, EVENTS[:20])
    with bridged(broker, topic) as first:
        turn_until(lambda: first.carried == 20, first)
    broker.put(topic, EVENTS[20:30])

    with bridged(broker, topic) as second:
        turn_until(lambda: second.carried == 10, second)

    assert EVENTS[:30] == at_the_door(world)


def test_what_is_no_event_or_too_large_becomes_the_dead_letter_that_it_is_from_the_door(
    broker, world, library
):
    poison = [b"not json", b'{"specversion": "1.0"}', b"\xff\xfe", b'"' + b"x" * 300_000 + b'"']
    topic = broker.topic()
    broker.put(topic, [*poison, None, EVENTS[0]])
    by_the_door = MemoryWorld()
    work_off(by_the_door, library, *poison, b"", EVENTS[0])

    with bridged(broker, topic) as bridge:
        turn_until(lambda: bridge.carried == 6, bridge)
    _, applied, letters = effects_of(world, library)

    def reasons(letters):
        return sorted(each[b"reason"] for each in letters)

    assert (1, 5) == (applied, letters)
    assert reasons(by_the_door.letters()) == reasons(world.letters())


def test_while_redis_is_full_nothing_is_taken_and_then_it_goes_on_without_loss(broker, world):
    topic = broker.topic()
    broker.put(topic, EVENTS)
    with bridged(broker, topic, batch=50, memory_high=0.000001) as bridge:
        world.client.config_set("maxmemory", "64mb")
        try:
            turn_until(lambda: bridge.waiting, bridge)
            for _ in range(4):
                bridge.turn()
            taken = (bridge.carried, bridge.is_ready, at_the_door(world))
        finally:
            world.client.config_set("maxmemory", "0")
        turn_until(lambda: bridge.carried == len(EVENTS), bridge)

    assert (0, False, []) == taken
    assert EVENTS == at_the_door(world)
    assert len(EVENTS) == broker.committed(topic, topic)


@pytest.mark.parametrize(
    ("waiting", "arrive"),
    [pytest.param(9, 1, id="one fewer than wait at most"), pytest.param(10, 0, id="as many")],
)
def test_so_many_events_at_the_door_make_it_pause(broker, world, waiting, arrive):
    topic = broker.topic()
    for event in claims(waiting):
        world.send({b"event": event})
    broker.put(topic, claims(1, first=100))

    with bridged(broker, topic, kafka_door_max=10) as bridge:
        turn_until(lambda: bridge.carried == 1 or bridge.waiting, bridge)

    assert arrive == bridge.carried


def test_a_lost_answer_of_redis_doubles_a_batch_and_no_effect(broker, library, wanted):
    topic = broker.topic()
    broker.put(topic, EVENTS)
    with (
        embedded_redis({"appendonly": "no"}, tcp=True) as server,
        CuttingRelay(server.port, b"XADD").running() as relay,
        Redis(port=server.port) as client,
        bridged(broker, topic, redis_url=relay.url) as bridge,
    ):
        turn_until(lambda: bridge.carried == len(EVENTS), bridge)
        world = RedisWorld(client)
        sent = len(world.entries("door"))

        assert wanted == effects_of(world, library)
    assert sent > len(EVENTS)


def test_redis_that_is_away_is_waited_for(broker, redis_server):
    topic = broker.topic()
    broker.put(topic, EVENTS[:3])
    redis_server.kill()
    with bridged(broker, topic, redis_url=redis_server.url) as bridge:
        turn_until(lambda: bridge.waiting, bridge)
        bridge.turn()
        before = (bridge.carried, bridge.is_ready)
        redis_server.start()
        turn_until(lambda: bridge.carried == 3, bridge)

        assert (0, False, True) == (*before, bridge.is_ready)
    assert 3 == broker.committed(topic, topic)


def test_a_batch_ends_with_the_message_that_fills_it(broker, world, monkeypatch):
    monkeypatch.setattr(inbound, "BATCH_BYTES", 2_500)
    topic = broker.topic()
    broker.put(topic, [b"x" * 1_000] * 8)
    carried = []
    with bridged(broker, topic) as bridge:
        turn_until(lambda: carried.append(bridge.carried) or bridge.carried == 8, bridge)

    assert [0, 3, 6, 8] == sorted(set(carried))
    assert [b"x" * 1_000] * 8 == at_the_door(world)


def test_a_broker_that_is_away_comes_back_and_nothing_is_lost(broker, library, world, wanted):
    topic = broker.topic()
    broker.put(topic, EVENTS[:100])
    with bridged(broker, topic, batch=40) as bridge:
        turn_until(lambda: bridge.carried >= 40, bridge)
        broker.go_away()
        try:
            turn_until(lambda: not bridge.is_ready, bridge)
        finally:
            broker.come_back()
        broker.put(topic, EVENTS[100:])
        turn_until(lambda: broker_is_done(bridge, broker, topic), bridge)

    assert wanted == effects_of(world, library)


def broker_is_done(bridge, broker, topic: str) -> bool:
    return bridge.carried >= len(EVENTS) and len(EVENTS) == broker.committed(topic, topic)


def test_two_bridges_share_the_topic_and_one_that_leaves_is_taken_over(
    broker, library, world, wanted
):
    topic = broker.topic(partitions=4)
    broker.put(topic, EVENTS[:60])
    with bridged(broker, topic, batch=5) as first:
        turn_until(lambda: first.carried > 5, first)
        with bridged(broker, topic, batch=5) as second:
            turn_until(lambda: broker.committed(topic, topic, 4) == 60, first, second)
            broker.put(topic, EVENTS[60:90])
            turn_until(lambda: second.carried > 0, first, second)
        broker.put(topic, EVENTS[90:])
        turn_until(lambda: broker.committed(topic, topic, 4) == len(EVENTS), first)

    lines, applied, letters = effects_of(world, library)
    assert wanted[1:] == (applied, letters)
    assert final(wanted[0]) == final(lines)


def final(lines) -> dict:
    """What holds of each line in the end, in whatever order its events came."""
    return {line[:3]: line[4:] for line in lines}


def test_a_topic_that_there_is_not_is_no_reason_to_end(broker, world):
    with bridged(broker, "no-such-topic") as bridge:
        for _ in range(3):
            bridge.turn()

        assert (0, 0, False) == (bridge.carried, bridge.waiting, bridge.is_ready)
