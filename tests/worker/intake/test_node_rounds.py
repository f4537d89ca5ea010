"""Rounds through the shards of one node: idle ones cost a look at their door."""

from __future__ import annotations

import pytest

from tests.support.processes import eventually
from tests.support.worlds import TERMS, RedisWorld
from worker.failures import StoreUnavailable
from worker.intake.node_rounds import node_round
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import ShardPlace, ShardWatch, look_seconds_of
from worker.store.keys import DOOR, lane_name

PLACES = (DOOR, *map(lane_name, range(TERMS.lanes)))


@pytest.fixture
def worlds(redis_client):
    return [RedisWorld(redis_client, f"{{mrs-{shard}}}") for shard in range(3)]


@pytest.fixture
def watches(worlds):
    announced: list[bool] = []
    return [
        ShardWatch(shard, world.store, PLACES, (), announced.append)
        for shard, world in enumerate(worlds)
    ]


def all_found(worlds, watches):
    return node_round(worlds[0].store.rings, watches)


def test_what_waits_in_each_shard_is_found_in_one_round(worlds, watches):
    worlds[0].send({b"event": b"x"})
    worlds[2].send_to_lane(3, {b"event": b"x"})

    assert [ShardPlace(0, DOOR), ShardPlace(2, "03")] == all_found(worlds, watches)


def test_what_was_found_is_not_found_again_before_its_mark_has_run_out(worlds, watches):
    worlds[0].send({b"event": b"x"})
    all_found(worlds, watches)

    assert [] == all_found(worlds, watches)


def test_a_shard_at_rest_is_woken_by_what_comes_to_its_door(worlds, watches):
    all_found(worlds, watches)
    assert not any(watch.is_awake for watch in watches)

    worlds[1].send({b"event": b"x"})

    assert [ShardPlace(1, DOOR)] == all_found(worlds, watches)


def test_what_waits_in_a_lane_of_a_shard_at_rest_is_found_within_a_moment(worlds, watches):
    all_found(worlds, watches)
    worlds[1].send_to_lane(0, {b"event": b"x"})

    assert eventually(lambda: [ShardPlace(1, "00")] == all_found(worlds, watches), 60)


def test_a_script_that_the_server_has_lost_is_sent_again(worlds, watches):
    all_found(worlds, watches)
    worlds[0].client.script_flush()
    worlds[0].send({b"event": b"x"})

    assert [ShardPlace(0, DOOR)] == all_found(worlds, watches)


def test_a_node_that_does_not_answer_is_asked_once_for_all_its_shards(worlds):
    asked = []

    def away() -> None:
        asked.append("asked")
        raise StoreUnavailable("it does not answer")

    watches = [
        ShardWatch(shard, world.store, PLACES, (away,), lambda _: None)
        for shard, world in enumerate(worlds)
    ]

    assert [] == all_found(worlds, watches)
    assert ["asked"] == asked
    assert all(isinstance(watch.reason, StoreUnavailable) for watch in watches)


def test_rounds_begin_with_another_shard_each_time(worlds, watches):
    rounds = ShardRounds(watches, lambda _: "the one node", lambda shard: worlds[shard].store.rings)
    found: list[ShardPlace] = []
    for world in worlds:
        world.send({b"event": b"x"})

    assert eventually(lambda: found.extend(rounds.backlog()) or len(found) == 3, 60)
    assert {0, 1, 2} == {place.shard for place in found}


@pytest.mark.parametrize(("shards", "seconds"), [(1, 1), (16, 1), (24, 1.5), (64, 2), (1024, 2)])
def test_many_shards_are_looked_at_more_seldom_but_twice_while_an_announcement_stands(
    shards, seconds
):
    assert seconds == look_seconds_of(shards, 1.0)
