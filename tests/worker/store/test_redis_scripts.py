"""What Redis alone can do to a script: keys of a wrong kind, no memory, ends of ranges, clocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis

from tests.support.worlds import LEASE_MILLISECONDS, TERMS, RedisWorld, lane_lease, take
from worker.failures import StaleRead, StoreUnavailable, WrongKeyType
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import DOOR
from worker.store.protocol import (
    Announcement,
    ClaimIndexEntry,
    Command,
    Commit,
    DeadLetter,
    Lease,
    Move,
    PendChange,
    RecordWrite,
)

LANE = "00"
WORD = "secret-member"
STREAMS = (":events", ":determinations", ":dead-letters", ":discarded")


def spoil(world: RedisWorld, key: str) -> None:
    """Gives a key a type that nothing of ours has there, or, where we have a hash, a string."""
    world.client.delete(key)
    if ":lane:" in key or key.endswith(STREAMS):
        world.client.set(key, "x")
    else:
        world.client.xadd(key, {"x": "y"})


def committed(world: RedisWorld, lease: Lease) -> Callable[[], object]:
    (entry_id, _), *_ = world.entries(LANE)
    letter = DeadLetter(entry_id, "NOT_JSON", b"[]", 0, "", "", "", "")
    commit = Commit(
        time=world.now(),
        done=[entry_id],
        records=[RecordWrite(WORD, 0, b"state")],
        announcements=[Announcement(WORD, b"event")],
        claims=[ClaimIndexEntry("C-1", WORD)],
        pends=[PendChange("mrs", "PLAN_UNKNOWN", 1, b"line")],
        dead_letters=[letter],
        counters={"a": 1},
    )
    return lambda: world.store.commit(lease, commit)


COMMIT_KEYS = [
    ("lease:00", "lease"),
    ("lane:00", "stream"),
    ("determinations", "determinations"),
    ("dead-letters", "dead-letters"),
    ("counters", "counters"),
    ("attempts:00", "attempts"),
    ("takes", "takes"),
    (f"record:{WORD}", "record"),
    (f"index:{WORD}", "index"),
    ("claim:C-1", "claim"),
    ("pends:mrs:PLAN_UNKNOWN", "pends"),
]


@pytest.mark.parametrize(("key", "kind"), COMMIT_KEYS, ids=[kind for _, kind in COMMIT_KEYS])
def test_a_commit_that_meets_a_key_of_a_wrong_kind_writes_nothing(redis_world, key, kind):
    commit = committed(redis_world, lane_lease(redis_world))
    spoil(redis_world, f"mrs:{key}")
    before = redis_world.everything()

    with pytest.raises(WrongKeyType) as wrong:
        commit()

    assert kind == wrong.value.kind
    assert WORD not in str(wrong.value)
    assert before == redis_world.everything()


MOVE_KEYS = [
    ("lease:door", "lease"),
    ("events", "stream"),
    ("lane:01", "stream"),
    ("counters", "counters"),
    ("attempts:door", "attempts"),
    ("takes", "takes"),
    ("meta", "meta"),
]


@pytest.mark.parametrize(("key", "kind"), MOVE_KEYS, ids=[key for key, _ in MOVE_KEYS])
def test_routing_that_meets_a_key_of_a_wrong_kind_moves_nothing(redis_world, key, kind):
    moves = [Move(redis_world.send({b"event": b"x"}), lane) for lane in (0, 1)]
    lease = take(redis_world, DOOR)
    spoil(redis_world, f"mrs:{key}")
    before = redis_world.everything()

    with pytest.raises(WrongKeyType) as wrong:
        redis_world.store.move(lease, TERMS.lanes, moves)

    assert kind == wrong.value.kind
    assert before == redis_world.everything()


OTHERS: list[tuple[str, str, Callable[[RedisWorld, Lease], object]]] = [
    ("take", "lease:01", lambda w, _: w.store.take("01", "t", 1000, TERMS)),
    ("take", "lane:01", lambda w, _: w.store.take("01", "t", 1000, TERMS)),
    ("take", "takes", lambda w, _: w.store.take("01", "t", 1000, TERMS)),
    ("take", "meta", lambda w, _: w.store.take("01", "t", 1000, TERMS)),
    ("release", "lease:00", lambda w, lease: w.store.release(lease)),
    ("release", "takes", lambda w, lease: w.store.release(lease)),
    ("release", "meta", lambda w, lease: w.store.release(lease)),
    ("agree", "meta", lambda w, _: w.store.agree(TERMS)),
    ("head", "lane:00", lambda w, _: w.store.head(LANE, 1, 1)),
    ("head", "attempts:00", lambda w, _: w.store.head(LANE, 1, 1)),
    ("load", f"record:{WORD}", lambda w, _: w.store.load([WORD], 1)),
    ("load", "determinations", lambda w, _: w.store.load([WORD], 1)),
    ("try", "attempts:00", lambda w, lease: w.store.try_alone(lease, w.store.head("01", 1, 1)[0])),
    ("untry", "attempts:00", lambda w, lease: w.store.untry(lease, w.store.head("01", 1, 1)[0])),
    ("count", "counters", lambda w, _: w.store.count({"a": 1, "b": 1})),
    ("add_commands", "counters", lambda w, _: w.store.add_commands(4, [(1, Command("x", WORD))])),
    (
        "add_commands",
        "lane:01",
        lambda w, _: w.store.add_commands(4, [(0, Command("x", "M")), (1, Command("x", "M"))]),
    ),
    ("add_commands", "meta", lambda w, _: w.store.add_commands(4, [(1, Command("x", WORD))])),
    ("redrive", "events", lambda w, _: w.store.redrive("5-5")),
    ("redrive", "counters", lambda w, _: w.store.redrive("5-5")),
    ("redrive", "dead-letters", lambda w, _: w.store.redrive("5-5")),
    ("discard", "counters", lambda w, _: w.store.discard("5-5", "why")),
    ("discard", "dead-letters", lambda w, _: w.store.discard("5-5", "why")),
    ("discard", "discarded", lambda w, _: w.store.discard("5-5", "why")),
]


@pytest.mark.parametrize(
    ("key", "act"), [(k, a) for _, k, a in OTHERS], ids=[f"{n} {k}" for n, k, _ in OTHERS]
)
def test_whatever_meets_a_key_of_a_wrong_kind_writes_nothing(redis_world, key, act):
    lease = lane_lease(redis_world)
    redis_world.send_to_lane(1, {b"event": b"x"})
    redis_world.client.xadd("mrs:dead-letters", {"event": "x"}, id="5-5")
    redis_world.client.delete("mrs:mark:01")
    spoil(redis_world, f"mrs:{key}")
    before = redis_world.everything()

    with pytest.raises(WrongKeyType):
        act(redis_world, lease)

    assert before == redis_world.everything()


@pytest.mark.parametrize("key", ["lane:01", "lease:01", "mark:01"])
def test_a_key_of_a_wrong_kind_keeps_no_other_place_from_being_rung_for(redis_world, key):
    for lane in (0, 1, 2):
        redis_world.send_to_lane(lane, {b"event": b"x"})
    spoil(redis_world, f"mrs:{key}")

    backlog = redis_world.store.ring(("00", "01", "02"), 1000)

    assert ("00", "02") == backlog.places
    assert 1 == len(backlog.wrong_kinds)


@pytest.mark.parametrize("value", ["nine", "", "007", "1.5", "9223372036854775807"])
def test_a_counter_that_cannot_be_counted_on_keeps_a_commit_from_writing(redis_world, value):
    commit = committed(redis_world, lane_lease(redis_world))
    redis_world.client.hset("mrs:counters", "a", value)
    before = redis_world.everything()

    with pytest.raises(WrongKeyType) as wrong:
        commit()

    assert "counters" == wrong.value.kind
    assert before == redis_world.everything()


@pytest.mark.parametrize("value", ["0", "-1", "12345678901234567"])
def test_any_sensible_counter_is_counted_on(redis_world, value):
    commit = committed(redis_world, lane_lease(redis_world))
    redis_world.client.hset("mrs:counters", "a", value)

    commit()

    assert {"a": int(value) + 1} == redis_world.counters()


@pytest.mark.parametrize("stream", ["determinations", "dead-letters"])
def test_a_stream_whose_ids_are_used_up_keeps_a_commit_from_writing(redis_world, stream):
    commit = committed(redis_world, lane_lease(redis_world))
    redis_world.client.xadd(f"mrs:{stream}", {"x": "y"}, id="18446744073709551615-1")
    before = redis_world.everything()

    with pytest.raises(WrongKeyType):
        commit()

    assert before == redis_world.everything()


def test_a_determination_has_the_time_of_its_entry_though_the_clock_stepped_back(redis_world):
    lease = lane_lease(redis_world)
    ahead = redis_world.now() + 3_600_000
    redis_world.client.xadd("mrs:determinations", {"event": "x"}, id=f"{ahead}-0")
    (entry,) = redis_world.store.head(LANE, 1, 1)

    now = redis_world.store.load([], 0).now
    redis_world.store.commit(lease, Commit(now, [entry.id], announcements=[Announcement("M", b"")]))

    (last_id, _), *_ = redis_world.client.xrevrange("mrs:determinations")
    assert ahead == now == int(last_id.partition(b"-")[0])


def test_an_entry_with_more_fields_than_a_script_can_pass_is_kept_whole(redis_world):
    fields = {b"n%d" % number: b"v" for number in range(20_000)}
    entry_id = redis_world.send(fields)
    lease = take(redis_world, DOOR)
    redis_world.store.move(lease, TERMS.lanes, [Move(entry_id, 0)])
    lane_holder = take(redis_world, LANE)
    ((lane_id, moved),) = redis_world.entries(LANE)
    letter = DeadLetter(lane_id, "NO_EVENT_FIELD", b"[]", 0, "", "", "", "")

    redis_world.store.commit(
        lane_holder, Commit(redis_world.now(), [lane_id], dead_letters=[letter])
    )

    (kept,) = redis_world.letters()
    assert [] == redis_world.entries(LANE)
    assert b"v" == kept[b"entry:n0"]
    assert moved[b"entry:surplus"] == kept[b"entry:surplus"]
    assert all(b"n%d" % number in kept[b"entry:surplus"] for number in (3_000, 19_999))


def test_a_script_that_redis_forgot_is_sent_again(redis_world):
    lane_lease(redis_world)

    redis_world.client.script_flush()

    assert 1 == len(redis_world.store.head(LANE, 1, 1))


def test_a_call_with_too_few_arguments_writes_nothing(redis_world):
    lease = lane_lease(redis_world)
    before = redis_world.everything()

    with pytest.raises(StoreUnavailable):
        redis_world.store._scripts.run(
            "commit", ["mrs:lease:00"], lease.token, 1, 1, LANE, *[0] * 10
        )

    assert before == redis_world.everything()


@pytest.mark.parametrize("lane", [0, 2, "x"])
def test_a_call_with_a_position_out_of_range_writes_nothing(redis_world, lane):
    entry_id = redis_world.send({b"event": b"x"})
    lease = take(redis_world, DOOR)
    keys = [f"mrs:{name}" for name in ("lease:door", "events", "meta", "counters")]
    keys += ["mrs:attempts:door", "mrs:takes", "mrs:lane:00", "mrs:mark:00"]
    before = redis_world.everything()

    with pytest.raises(StoreUnavailable):
        redis_world.store._scripts.run("route", keys, lease.token, 1000, 4, 0, entry_id, lane)

    assert before == redis_world.everything()


def test_a_redis_that_is_gone_is_away_and_says_nothing_of_members():
    with embedded_redis() as server:
        world = RedisWorld(Redis(unix_socket_path=str(server.socket_path), retry=None))
        server.kill()

        with pytest.raises(StoreUnavailable) as away:
            world.store.load([WORD], 1)

    assert WORD not in str(away.value)


def test_a_redis_that_refuses_writes_is_away():
    with embedded_redis({"min-replicas-to-write": "1"}) as server:
        world = RedisWorld(Redis(unix_socket_path=str(server.socket_path)))

        with pytest.raises(StoreUnavailable):
            world.store.agree(TERMS)


def test_a_full_redis_lets_a_lease_be_taken_and_a_commit_be_written_whole():
    with embedded_redis() as server:
        world = RedisWorld(Redis(unix_socket_path=str(server.socket_path)))
        world.send({b"event": b"x" * 100})
        moved = Move(world.entries(DOOR)[0][0], 0)
        world.client.config_set("maxmemory", "1")
        world.client.config_set("maxmemory-policy", "noeviction")

        door = take(world, DOOR)
        world.store.move(door, TERMS.lanes, [moved])
        lease = world.store.take(LANE, "token", LEASE_MILLISECONDS, TERMS)
        (entry,) = world.store.head(LANE, 10, 1000)
        world.store.try_alone(lease, entry)
        committed(world, lease)()

        assert 1.0 < world.store.fullness()
        assert [b"event"] == world.determinations()
        assert [] == world.entries(LANE)


def test_a_stale_entry_is_found_before_anything_is_written(redis_world):
    lease = lane_lease(redis_world, [b"one", b"two"])
    commit = committed(redis_world, lease)
    redis_world.client.xdel("mrs:lane:00", redis_world.entries(LANE)[0][0])
    before = redis_world.everything()

    with pytest.raises(StaleRead):
        commit()

    assert before == redis_world.everything()
