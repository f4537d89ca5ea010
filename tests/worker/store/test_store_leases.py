"""A place is worked at by one at a time, who is known by a token and agrees with the others."""

from __future__ import annotations

from time import sleep

import pytest

from tests.support.worlds import (
    LEASE_MILLISECONDS,
    TERMS,
    MemoryWorld,
    RedisWorld,
    World,
    lane_lease,
    take,
)
from worker.failures import InstallationMismatch, LeaseLost
from worker.store.keys import DOOR

LANE = "00"


def test_a_place_without_work_is_not_taken(world: World):
    lease = world.store.take(LANE, "token", 1000, TERMS)

    assert lease is None


def test_a_place_is_held_by_one_at_a_time(world: World):
    lane_lease(world)

    second = world.store.take(LANE, "another", 1000, TERMS)

    assert second is None
    assert 1 == world.takes(LANE)


def test_asking_again_with_the_same_token_finds_the_lease_and_counts_once(world: World):
    lease = lane_lease(world)

    again = take(world, LANE)

    assert lease == again
    assert 1 == world.takes(LANE)


def test_each_holder_that_finished_nothing_is_counted(world: World):
    lane_lease(world)
    world.lose_lease(LANE)

    lease = take(world, LANE, token="another")

    assert 2 == lease.takes


def test_giving_a_lease_back_frees_the_place_and_forgets_the_takes(world: World):
    world.store.release(lane_lease(world))

    lease = take(world, LANE, token="another")

    assert 1 == lease.takes


def test_a_lease_that_ran_out_cannot_be_given_back(world: World):
    lease = lane_lease(world)
    world.lose_lease(LANE)
    other = take(world, LANE, token="another")

    with pytest.raises(LeaseLost):
        world.store.release(lease)

    assert world.store.take(LANE, "third", 1000, TERMS) is None
    world.store.release(other)


def test_a_lease_runs_out(memory_world: MemoryWorld):
    lane_lease(memory_world)

    memory_world.milliseconds += 59_999
    before = memory_world.store.take(LANE, "another", 1000, TERMS)
    memory_world.milliseconds += 1
    after = memory_world.store.take(LANE, "another", 1000, TERMS)

    assert before is None
    assert after is not None


def test_a_lease_in_redis_has_the_time_that_was_asked_for(redis_world: RedisWorld):
    lane_lease(redis_world)

    left = redis_world.client.pttl("mrs:lease:00")

    assert 59_000 < left <= 60_000


def test_no_order_is_due_where_one_was_sent_a_moment_ago(world: World):
    world.send({b"event": b"{}"})

    first = world.store.ring((DOOR, LANE), 1000)
    second = world.store.ring((DOOR, LANE), 1000)

    assert ((DOOR,), 1) == (first.places, first.waiting)
    assert ((), 1) == (second.places, second.waiting)


def test_no_order_is_due_where_someone_works(world: World):
    lane_lease(world)

    backlog = world.store.ring((DOOR, LANE), 1000)

    assert () == backlog.places


def test_taking_a_place_removes_the_mark_of_its_order(world: World):
    world.send_to_lane(0, {b"event": b"{}"})
    world.store.ring((LANE,), 1000)

    world.store.release(take(world, LANE))

    assert (LANE,) == world.store.ring((LANE,), 1000).places


def test_a_place_given_back_with_a_rest_is_left_alone_for_a_while(world: World):
    lease = lane_lease(world)

    world.store.release(lease, rest_milliseconds=1000)

    assert () == world.store.ring((LANE,), 1000).places


@pytest.mark.parametrize(
    ("terms", "matter", "found"),
    [
        pytest.param(TERMS._replace(lanes=5), "lanes", "4", id="another number of lanes"),
        pytest.param(
            TERMS._replace(digest="sha256:two"), "digest", "sha256:one", id="another digest"
        ),
    ],
)
def test_who_is_set_otherwise_takes_nothing(world: World, terms, matter, found):
    world.store.release(lane_lease(world))

    with pytest.raises(InstallationMismatch) as taking:
        world.store.take(LANE, "token", 1000, terms)
    with pytest.raises(InstallationMismatch) as agreeing:
        world.store.agree(terms)

    assert (matter, found) == (taking.value.matter, taking.value.found)
    assert (matter, found) == (agreeing.value.matter, agreeing.value.found)


def test_an_older_library_takes_no_lane_once_a_newer_one_worked_in_any(world: World):
    newer = TERMS._replace(generation=2, digest="sha256:two")
    world.send_to_lane(1, {b"event": b"{}"})
    world.store.release(lane_lease(world))
    world.store.release(take(world, LANE, newer))

    with pytest.raises(InstallationMismatch) as taking:
        world.store.take(LANE, "token", 1000, TERMS)
    with pytest.raises(InstallationMismatch) as agreeing:
        world.store.agree(TERMS)

    assert ("generation", "2") == (taking.value.matter, taking.value.found)
    assert "generation" == agreeing.value.matter
    with pytest.raises(InstallationMismatch):
        world.store.take("01", "token", 1000, TERMS)


def test_a_newer_generation_that_was_met_is_told_to_the_others(world: World):
    lease = lane_lease(world)

    world.store.release(lease, newer_generation="7")

    with pytest.raises(InstallationMismatch):
        world.store.agree(TERMS)


def test_the_first_word_on_lanes_and_digest_stands(world: World):
    world.store.agree(TERMS)

    world.store.agree(TERMS)
    world.store.agree(TERMS._replace(generation=2, digest="sha256:two"))

    with pytest.raises(InstallationMismatch):
        world.store.agree(TERMS._replace(generation=2, digest="sha256:three"))


def test_a_disagreement_says_what_to_do():
    for matter, cure in [
        ("lanes", "MRS_LANES"),
        ("digest", "generation"),
        ("generation", "Update"),
    ]:
        assert cure in str(InstallationMismatch(matter, "9"))


HOUR = 3_600_000


def test_a_lease_lasts_no_longer_when_the_clock_steps_back(memory_world: MemoryWorld):
    lane_lease(memory_world)
    memory_world.step_back(HOUR)

    refused = memory_world.store.take(LANE, "another", 1000, TERMS)
    memory_world.milliseconds += LEASE_MILLISECONDS - 1
    still_refused = memory_world.store.take(LANE, "another", 1000, TERMS)
    memory_world.milliseconds += 1
    taken = memory_world.store.take(LANE, "another", 1000, TERMS)

    assert (None, None) == (refused, still_refused)
    assert taken is not None


def test_a_lease_in_redis_lasts_no_longer_when_its_clock_steps_back(redis_world: RedisWorld):
    lane_lease(redis_world)
    redis_world.step_back(HOUR)

    refused = redis_world.store.take(LANE, "another", 1000, TERMS)

    assert refused is None
    assert redis_world.client.pttl("mrs:lease:00") <= LEASE_MILLISECONDS


def test_a_clock_that_steps_back_takes_no_lease_from_its_holder(world: World):
    lease = lane_lease(world)
    world.step_back(HOUR)

    world.store.ring((LANE,), 1000)
    world.store.release(lease)

    assert 0 == world.takes(LANE)


def test_an_order_is_due_again_after_the_clock_has_stepped_back(redis_world: RedisWorld):
    redis_world.send({b"event": b"{}"})
    redis_world.store.ring((DOOR,), 200)
    redis_world.step_back(HOUR)

    first = redis_world.store.ring((DOOR,), 200)
    sleep(0.21)
    second = redis_world.store.ring((DOOR,), 200)

    assert ((), (DOOR,)) == (first.places, second.places)
