"""What comes to the door goes to its member's lane; what has none, to that of its bytes."""

from __future__ import annotations

from zlib import crc32

import pytest

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import route, turn
from tests.support.worlds import TERMS, MemoryWorld, World, take
from worker.events.decode import EVENT_BYTES_MAX
from worker.failures import LeaseLost
from worker.intake import route as route_module
from worker.intake.route import Routing, lane_of
from worker.metrics.counters import Tally
from worker.store.keys import DOOR, lane_name


def where(world: World) -> dict[str, int]:
    """Lane -> how many entries."""
    found = {lane_name(lane): len(world.entries(lane_name(lane))) for lane in range(TERMS.lanes)}
    return {lane: count for lane, count in found.items() if count}


@pytest.mark.parametrize("member", ["M-1", "多 {x}:\n", "a" * 256])
def test_an_event_goes_to_its_members_lane(world: World, member: str):
    world.send({b"event": encoded(event_of(CLAIM, member_id=member))})

    route(world)

    assert {lane_name(crc32(member.encode()) % TERMS.lanes): 1} == where(world)
    assert [] == world.entries(DOOR)


def test_java_go_and_python_agree_on_the_lane():
    assert 0xCBF43926 % 16 == lane_of("123456789", 16)  # the check value of CRC-32


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(b"nonsense", id="not JSON"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"{}", id="no member"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"data": {"member_id": " "}}', id="a blank member"),
        pytest.param(bytes(EVENT_BYTES_MAX + 1), id="too large"),
        pytest.param(b"[" * 100_000, id="deeply nested"),
    ],
)
def test_what_has_no_readable_member_goes_to_the_lane_of_its_bytes(world: World, event: bytes):
    world.send({b"event": event})

    route(world)

    assert {lane_name(crc32(event) % TERMS.lanes): 1} == where(world)


def test_what_has_no_event_field_goes_to_the_lane_of_its_fields(world: World):
    world.send({b"a": b"b", b"c": b"d"})

    route(world)

    assert {lane_name(crc32(b"abcd") % TERMS.lanes): 1} == where(world)


def test_events_of_one_member_stay_in_the_order_of_the_door(world: World):
    ids = [world.send({b"event": encoded(event_of(CLAIM))}) for _ in range(400)]

    route(world)

    (lane,) = where(world)
    assert ids == [fields[b"door"].decode() for _, fields in world.entries(lane)]


def test_an_entry_on_which_reading_the_member_fails_goes_undecoded_to_its_bytes_lane(
    memory_world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
):
    read, tried = route_module.read_member_id, []

    def failing(raw: bytes) -> str | None:
        if raw == b"poison":
            tried.append(raw)
            raise ZeroDivisionError
        return read(raw)

    monkeypatch.setattr(route_module, "read_member_id", failing)
    for event in (b"good", b"poison", b"fine"):
        memory_world.send({b"event": event})

    route(memory_world)

    assert [] == memory_world.entries(DOOR)
    assert 1 + 3 == len(tried)
    poisoned = memory_world.entries(lane_name(crc32(b"poison") % TERMS.lanes))
    assert b"poison" in [fields[b"event"] for _, fields in poisoned]
    assert {} == memory_world.attempts(DOOR)


def routing(world: World) -> Routing:
    return Routing(world.store, TERMS.lanes, Tally())


def test_a_turn_at_the_door_tells_the_lanes_that_it_reached_once(memory_world: MemoryWorld):
    memory_world.send({b"event": b"a"})
    work = routing(memory_world)

    turn(memory_world, work)

    assert (crc32(b"a") % 4,) == work.take_reached()
    assert () == work.take_reached()
    assert {} == memory_world.store.leases


@pytest.mark.parametrize(
    ("events", "few"),
    [
        pytest.param(0, False, id="none"),
        pytest.param(1, True, id="one"),
        pytest.param(50, True, id="as many as are soon drained"),
        pytest.param(51, False, id="one more"),
    ],
)
def test_after_a_few_events_more_is_worth_waiting_for(
    memory_world: MemoryWorld, events: int, few: bool
):
    for _ in range(events):
        memory_world.send({b"event": b"a"})
    work = routing(memory_world)

    turn(memory_world, work)

    assert few is work.moved_few
    assert bool(events) is bool(work.last_id)


def test_what_could_not_be_moved_is_not_worth_waiting_behind(memory_world: MemoryWorld):
    memory_world.send({b"event": b"a"})
    work = routing(memory_world)
    lease = take(memory_world, DOOR)
    entries = memory_world.store.head(DOOR, 1, 1000)
    memory_world.lose_lease(DOOR)

    with pytest.raises(LeaseLost):
        work.finish(lease, entries)

    assert not work.moved_few
    assert () == work.take_reached()
