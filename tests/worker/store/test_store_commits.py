"""A commit writes all that entries led to and removes them, or nothing at all."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.support.worlds import TERMS, World, lane_lease, take
from worker.failures import ClockMoved, LeaseLost, StaleRead, TooLargeForStore
from worker.store.arguments import ARGUMENT_BYTES_MAX
from worker.store.protocol import (
    Announcement,
    ClaimIndexEntry,
    Commit,
    DeadLetter,
    PendChange,
    ReceivedEvent,
    RecordWrite,
    Stored,
)

LANE = "00"


def done(world: World) -> list[str]:
    return [entry_id for entry_id, _ in world.entries(LANE)]


def letter(entry_id: str, **changes: object) -> DeadLetter:
    said = DeadLetter(entry_id, "NOT_JSON", b"[]", 0, "first", "last", "e-1", "/source")
    return said._replace(**changes)


def full_commit(world: World) -> Commit:
    """One of everything, for a lane in which two entries stand."""
    return Commit(
        time=world.now(),
        done=done(world),
        records=[RecordWrite("M 1", 0, b"state")],
        announcements=[Announcement("M 1", b"first"), Announcement("M 1", b"second")],
        claims=[ClaimIndexEntry("C:1", "M 1")],
        pends=[PendChange("mrs", "PLAN_UNKNOWN", 739_000, b'["M 1","C:1",1]')],
        dead_letters=[letter(done(world)[1])],
        counters={"mrs_events_total|x|applied": 1, "mrs_lines_current|x": -2},
        received=[ReceivedEvent("M 1", b"one"), ReceivedEvent("M 1", b"\x00\xff")],
    )


def test_a_commit_writes_all_that_it_holds(world: World):
    lease = lane_lease(world, [b"good", b"\xff\x00bad"])

    world.store.commit(lease, full_commit(world))

    assert [] == world.entries(LANE)
    assert Stored(1, b"state") == world.store.load(["M 1"], 1000).members[0]
    assert [b"first", b"second"] == world.determinations()
    assert 2 == len(world.index("M 1"))
    assert [b"one", b"\x00\xff"] == world.received("M 1")
    assert {"M 1"} == world.members_of("C:1")
    assert {b'["M 1","C:1",1]': 739_000} == world.pends("mrs", "PLAN_UNKNOWN")
    assert {"mrs_events_total|x|applied": 1, "mrs_lines_current|x": -2} == world.counters()
    assert 0 == world.takes(LANE)


def test_a_dead_letter_has_the_bytes_as_they_came_and_what_is_said_of_them(world: World):
    lease = lane_lease(world, [b"good", b"\xff\x00bad"])

    world.store.commit(lease, full_commit(world))

    assert [
        {
            b"event": b"\xff\x00bad",
            b"reason": b"NOT_JSON",
            b"detail": b"[]",
            b"attempts": b"0",
            b"first_at": b"first",
            b"last_at": b"last",
            b"event_id": b"e-1",
            b"source": b"/source",
            b"member_hash": b"",
        }
    ] == world.letters()


def test_a_dead_letter_of_an_entry_without_event_keeps_its_own_fields(world: World):
    entry_id = world.send_to_lane(0, {b"door": b"1-0", b"entry:foo": b"bar", b"entry:": b"x"})
    lease = take(world, LANE)

    world.store.commit(lease, Commit(world.now(), [entry_id], dead_letters=[letter(entry_id)]))

    (kept,) = world.letters()
    assert (b"bar", b"x") == (kept[b"entry:foo"], kept[b"entry:"])
    assert b"event" not in kept
    assert b"door" not in kept


def test_a_commit_adds_to_what_is_there(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    world.store.commit(lease, full_commit(world))
    entry_id = world.send_to_lane(0, {b"event": b"third"})
    second = Commit(
        time=world.now(),
        done=[entry_id],
        records=[RecordWrite("M 1", 1, b"later state")],
        announcements=[Announcement("M 1", b"third")],
        claims=[ClaimIndexEntry("C:1", "M 2")],
        pends=[PendChange("mrs", "PLAN_UNKNOWN", None, b'["M 1","C:1",1]')],
        counters={"mrs_lines_current|x": 3},
    )

    world.store.commit(lease, second)

    assert Stored(2, b"later state") == world.store.load(["M 1"], 1000).members[0]
    assert 3 == len(world.index("M 1"))
    assert {"M 1", "M 2"} == world.members_of("C:1")
    assert {} == world.pends("mrs", "PLAN_UNKNOWN")
    assert 1 == world.counters()["mrs_lines_current|x"]


def test_pends_change_in_the_order_given(world: World):
    lease = lane_lease(world)
    line = b'["M 1","C:1",1]'
    changes = [PendChange("mrs", "A", due_on, line) for due_on in (5, None, 7)]

    world.store.commit(lease, Commit(world.now(), done(world), pends=changes))

    assert {line: 7} == world.pends("mrs", "A")


def test_the_attempts_of_what_is_finished_are_forgotten_and_no_others(world: World):
    lease = lane_lease(world, [b"one", b"two"])
    first, second = world.store.head(LANE, 10, 1000)
    world.store.try_alone(lease, first)
    world.store.try_alone(lease, second)

    world.store.commit(lease, Commit(world.now(), [first.id]))

    assert {second.id: 1} == world.attempts(LANE)


def test_a_commit_renews_the_lease(world: World):
    lease = lane_lease(world, [b"one", b"two"])

    world.store.commit(lease, Commit(world.now(), done(world)[:1]))

    assert world.store.take(LANE, "another", 1000, TERMS) is None


def test_a_commit_after_the_lease_was_lost_writes_nothing(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    world.lose_lease(LANE)
    take(world, LANE, token="another")

    with pytest.raises(LeaseLost):
        world.store.commit(lease, full_commit(world))

    assert_untouched(world)


def test_a_commit_without_any_lease_writes_nothing(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    world.lose_lease(LANE)

    with pytest.raises(LeaseLost):
        world.store.commit(lease, full_commit(world))

    assert_untouched(world)


def test_a_commit_of_an_entry_that_is_gone_writes_nothing(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    commit = full_commit(world)

    with pytest.raises(StaleRead):
        world.store.commit(lease, commit._replace(done=[*commit.done, "1-1"]))

    assert_untouched(world)


def test_a_commit_of_an_entry_behind_another_writes_nothing(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    commit = full_commit(world)

    with pytest.raises(StaleRead):
        world.store.commit(lease, commit._replace(done=commit.done[1:]))

    assert_untouched(world)


def test_the_same_commit_twice_has_one_effect(world: World):
    lease = lane_lease(world, [b"good", b"bad"])
    commit = full_commit(world)
    world.store.commit(lease, commit)

    with pytest.raises(StaleRead):
        world.store.commit(lease, commit)

    assert 2 == len(world.determinations())


@pytest.mark.parametrize("stamp", [pytest.param(0, id="unwritten"), pytest.param(2, id="later")])
def test_a_commit_on_another_state_than_was_read_writes_nothing(world: World, stamp: int):
    lease = lane_lease(world, [b"one", b"two"])
    first, second = done(world)
    world.store.commit(
        lease, Commit(world.now(), [first], records=[RecordWrite("M 1", 0, b"state")])
    )

    with pytest.raises(StaleRead):
        world.store.commit(
            lease, Commit(world.now(), [second], records=[RecordWrite("M 1", stamp, b"other")])
        )

    assert Stored(1, b"state") == world.store.load(["M 1"], 1000).members[0]
    assert [second] == done(world)


@pytest.mark.parametrize("off", [pytest.param(-5000, id="past"), pytest.param(5000, id="future")])
def test_determinations_that_carry_another_time_are_not_written(world: World, off: int):
    lease = lane_lease(world, [b"good", b"bad"])
    commit = full_commit(world)

    with pytest.raises(ClockMoved) as moved:
        world.store.commit(lease, commit._replace(time=commit.time + off))

    assert abs(moved.value.now - world.now()) < 1000
    assert_untouched(world)


def test_determinations_may_be_almost_a_second_old(memory_world):
    lease = lane_lease(memory_world, [b"good", b"bad"])
    commit = full_commit(memory_world)

    memory_world.milliseconds += 1000
    with pytest.raises(ClockMoved):
        memory_world.store.commit(lease, commit)
    memory_world.milliseconds -= 1
    memory_world.store.commit(lease, commit)

    assert 2 == len(memory_world.determinations())


def test_a_state_larger_than_an_argument_may_be_is_no_fault_of_the_store(redis_world):
    lease = lane_lease(redis_world, [b"good", b"bad"])
    body = bytes(ARGUMENT_BYTES_MAX + 1)
    commit = full_commit(redis_world)._replace(records=[RecordWrite("M 1", 0, body)])

    with pytest.raises(TooLargeForStore):
        redis_world.store.commit(lease, commit)

    assert_untouched(redis_world)


def test_the_largest_state_is_written(redis_world):
    lease = lane_lease(redis_world, [b"good", b"bad"])
    body = bytes(ARGUMENT_BYTES_MAX)
    commit = full_commit(redis_world)._replace(records=[RecordWrite("M 1", 0, body)])

    for on_its_way in (0, 500, 1000, 2000, 4000):  # a busy machine takes its time
        with suppress(ClockMoved):
            redis_world.store.commit(lease, commit._replace(time=redis_world.now() + on_its_way))
            break

    assert len(body) == len(redis_world.store.load(["M 1"], 1)[1][0].body)


def test_ids_are_data_and_never_syntax(world: World):
    ids = ["a b", "{x}", "a:b", "a\nb", "多", "*", "a|b", 'quo"te']
    lease = lane_lease(world)
    records = [RecordWrite(member_id, 0, member_id.encode()) for member_id in ids]
    claims = [ClaimIndexEntry(member_id, member_id) for member_id in ids]

    world.store.commit(lease, Commit(world.now(), done(world), records=records, claims=claims))

    found = world.store.load(ids, 1000).members
    assert [each.encode() for each in ids] == [stored.body for stored in found]
    assert [{each} for each in ids] == [world.members_of(each) for each in ids]


def assert_untouched(world: World) -> None:
    assert 2 == len(world.entries(LANE))
    assert [] == world.determinations()
    assert [] == world.letters()
    assert {} == world.counters()
    assert Stored(0, None) == world.store.load(["M 1"], 1000).members[0]
    assert set() == set(world.members_of("C:1"))
    assert {} == world.pends("mrs", "PLAN_UNKNOWN")
