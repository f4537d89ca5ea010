"""Entries move from the door to lanes, and are read from the head; what else a store is asked."""

from __future__ import annotations

import pytest

from tests.support.worlds import TERMS, World, lane_lease, take
from worker.failures import InstallationMismatch, LeaseLost, StaleRead
from worker.store.compatibility import Compatibility
from worker.store.keys import DOOR
from worker.store.protocol import Command, Move

LANE = "00"


def test_moving_takes_entries_from_the_door_with_their_time_of_arrival(world: World):
    first = world.send({b"event": b"one", b"traceparent": b"ignored"})
    second = world.send({b"event": b"two"})
    lease = take(world, DOOR)

    world.store.move(lease, TERMS.lanes, [Move(first, 0), Move(second, 3)])

    assert [] == world.entries(DOOR)
    assert [{b"door": first.encode(), b"event": b"one"}] == [f for _, f in world.entries("00")]
    assert [{b"door": second.encode(), b"event": b"two"}] == [f for _, f in world.entries("03")]
    assert 2 == world.counters()["routed"]
    assert 0 == world.takes(DOOR)


def test_an_entry_without_event_moves_with_all_its_fields(world: World):
    entry_id = world.send({b"order": b"readjudicate", b"member": b"M-1", b"": b"\xff"})
    lease = take(world, DOOR)

    world.store.move(lease, TERMS.lanes, [Move(entry_id, 0)])

    ((_, fields),) = world.entries(LANE)
    assert {
        b"door": entry_id.encode(),
        b"entry:order": b"readjudicate",
        b"entry:member": b"M-1",
        b"entry:": b"\xff",
    } == fields
    assert world.store.head(LANE, 1, 1)[0].command is None


def test_moving_without_the_lease_moves_nothing(world: World):
    entry_id = world.send({b"event": b"one"})
    lease = take(world, DOOR)
    world.lose_lease(DOOR)

    with pytest.raises(LeaseLost):
        world.store.move(lease, TERMS.lanes, [Move(entry_id, 0)])

    assert [entry_id] == [each for each, _ in world.entries(DOOR)]
    assert [] == world.entries(LANE)


def test_no_entry_overtakes_another_at_the_door(world: World):
    """Redis has lost its last second: what was moved already stands at the door again."""
    earlier, later = (world.send({b"event": event}) for event in (b"one", b"two"))
    lease = take(world, DOOR)

    with pytest.raises(StaleRead):
        world.store.move(lease, TERMS.lanes, [Move(later, 0)])

    assert [earlier, later] == [each for each, _ in world.entries(DOOR)]
    assert [] == world.entries(LANE)


def test_moving_what_is_gone_moves_nothing(world: World):
    entry_id = world.send({b"event": b"one"})
    lease = take(world, DOOR)

    with pytest.raises(StaleRead):
        world.store.move(lease, TERMS.lanes, [Move(entry_id, 0), Move("1-1", 0)])

    assert 1 == len(world.entries(DOOR))
    assert [] == world.entries(LANE)


def test_moving_into_another_number_of_lanes_moves_nothing(world: World):
    entry_id = world.send({b"event": b"one"})
    lease = take(world, DOOR)

    with pytest.raises(InstallationMismatch):
        world.store.move(lease, TERMS.lanes + 1, [Move(entry_id, 4)])

    assert 1 == len(world.entries(DOOR))


@pytest.mark.parametrize(("mark", "rung"), [(0, ("00", "03")), (10_000, ())])
def test_no_order_is_sent_for_a_while_where_the_mover_goes_itself(world: World, mark, rung):
    ids = [world.send({b"event": b"one"}) for _ in range(2)]
    lease = take(world, DOOR)

    moves = [Move(entry_id, lane) for entry_id, lane in zip(ids, (0, 3), strict=True)]
    world.store.move(lease, TERMS.lanes, moves, mark)

    assert rung == world.store.ring(("00", "01", "02", "03"), 1000).places


def test_moving_forgets_the_attempts_at_the_door(world: World):
    world.send({b"event": b"one"})
    lease = take(world, DOOR)
    (entry,) = world.store.head(DOOR, 10, 1000)
    world.store.try_alone(lease, entry)

    world.store.move(lease, TERMS.lanes, [Move(entry.id, 0)])

    assert {} == world.attempts(DOOR)


def test_the_head_of_the_door_has_bytes_and_times_of_arrival(world: World):
    first = world.send({b"event": b"\xff\x00", b"other": b"field"})
    world.send({b"a": b"b", b"c": b"d"})

    with_event, loose = world.store.head(DOOR, 10, 1000)

    assert (first, b"\xff\x00", b"") == (with_event.id, with_event.event, with_event.loose)
    assert int(first.partition("-")[0]) == with_event.arrived_at
    assert (None, b"abcd") == (loose.event, loose.loose)


def test_the_head_of_a_lane_says_when_its_entries_came_to_the_door(world: World):
    world.send_to_lane(0, {b"door": b"1700000000123-4", b"event": b"one"})

    (entry,) = world.store.head(LANE, 10, 1000)

    assert 1_700_000_000_123 == entry.arrived_at


def test_the_head_is_read_in_order_and_no_further_than_asked(world: World):
    ids = [world.send({b"event": b"%d" % number}) for number in range(100)]

    head = world.store.head(DOOR, 70, 100_000)

    assert ids[:70] == [entry.id for entry in head]


@pytest.mark.parametrize(
    ("size", "count"),
    [
        pytest.param(1, 1, id="the first is read however large it is"),
        pytest.param(210, 1, id="the second would use the room up"),
        pytest.param(211, 2, id="the second leaves some room"),
        pytest.param(316, 3, id="all three leave some room"),
    ],
)
def test_the_head_is_bounded_by_bytes(world: World, size: int, count: int):
    for _ in range(3):
        world.send({b"event": bytes(100)})

    assert count == len(world.store.head(DOOR, 10, size))


def test_the_head_knows_how_often_an_entry_was_tried(world: World):
    lease = lane_lease(world, [b"one", b"two"])
    first, _ = world.store.head(LANE, 10, 1000)
    world.store.try_alone(lease, first)

    assert [1, 0] == [entry.attempts for entry in world.store.head(LANE, 10, 1000)]


def test_a_try_that_is_said_twice_counts_once(world: World):
    lease = lane_lease(world)
    (entry,) = world.store.head(LANE, 10, 1000)

    world.store.try_alone(lease, entry)
    world.store.try_alone(lease, entry)

    assert {entry.id: 1} == world.attempts(LANE)


def test_a_try_can_be_taken_back_once(world: World):
    lease = lane_lease(world)
    (entry,) = world.store.head(LANE, 10, 1000)
    world.store.try_alone(lease, entry)

    world.store.untry(lease, entry)
    world.store.untry(lease, entry)

    assert {entry.id: 0} == world.attempts(LANE)


def test_a_try_by_another_holder_is_not_taken_back(world: World):
    lease = lane_lease(world)
    (entry,) = world.store.head(LANE, 10, 1000)
    world.store.try_alone(lease, entry)
    world.store.try_alone(lease, entry._replace(attempts=1))

    world.store.untry(lease, entry)

    assert {entry.id: 2} == world.attempts(LANE)


def test_without_the_lease_nothing_is_tried(world: World):
    lease = lane_lease(world)
    (entry,) = world.store.head(LANE, 10, 1000)
    world.lose_lease(LANE)

    with pytest.raises(LeaseLost):
        world.store.try_alone(lease, entry)

    assert {} == world.attempts(LANE)


def test_an_entry_that_is_no_longer_there_is_not_tried(world: World):
    lease = lane_lease(world)
    (entry,) = world.store.head(LANE, 10, 1000)
    gone = entry._replace(id="1-1")

    with pytest.raises(StaleRead):
        world.store.try_alone(lease, gone)

    assert {} == world.attempts(LANE)


def test_states_are_loaded_as_far_as_the_bytes_allow_and_one_at_least(world: World):
    assert () == world.store.load([], 0).members
    assert 1 == len(world.store.load(["A"], 0).members)
    assert 3 == len(world.store.load(["A", "B", "C"], 0).members)
    assert abs(world.now() - world.store.load([], 0).now) < 1000


def test_orders_stand_in_their_lanes_and_are_counted_apart(world: World):
    world.store.agree(TERMS)

    world.store.add_commands(
        TERMS.lanes, [(0, Command("readjudicate", "M 1")), (3, Command("x", "M-2"))]
    )

    (entry,) = world.store.head(LANE, 10, 1000)
    assert (Command("readjudicate", "M 1"), None) == (entry.command, entry.event)
    assert 1 == len(world.entries("03"))
    assert {"orders_added": 2} == world.counters()


def test_orders_for_another_number_of_lanes_are_not_given(world: World):
    world.store.agree(TERMS)

    with pytest.raises(InstallationMismatch):
        world.store.add_commands(TERMS.lanes + 1, [(0, Command("readjudicate", "M-1"))])

    assert [] == world.entries(LANE)


def test_what_an_installation_works_by_is_known_from_its_first_worker_on(world: World):
    before = world.store.agreed()
    world.store.agree(TERMS)
    world.store.agree(Compatibility(TERMS.lanes, 10, "sha256:ten"))
    world.store.agree(Compatibility(TERMS.lanes, 9, "sha256:nine"))

    after = world.store.agreed()

    assert (None, Compatibility(TERMS.lanes, 10, "sha256:ten")) == (before, after)


def test_what_waits_is_counted_at_the_places_asked_for(world: World):
    world.send({b"event": b"one"})
    world.send_to_lane(0, {b"event": b"two"})

    assert (2, 1) == (world.store.waiting((DOOR, LANE)), world.store.waiting((LANE,)))


def test_counts_outside_of_a_commit_add_up(world: World):
    world.store.count({"a": 1, "b": 2})
    world.store.count({"a": 3})
    world.store.count({})

    assert {"a": 4, "b": 2} == world.counters()


def test_a_store_without_a_limit_is_never_full(world: World):
    assert 0.0 == world.store.fullness()


def test_what_comes_after_an_entry_is_waited_for(world: World):
    first = world.send({b"event": b"one"})

    before = world.store.wait_for_entry(DOOR, first, 1)
    world.send({b"event": b"two"})
    after = world.store.wait_for_entry(DOOR, first, 1)

    assert (False, True) == (before, after)
