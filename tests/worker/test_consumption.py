"""A Python program gets each determination once, and those again that it did not finish."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from redis import Redis, exceptions

from rules.library_model import Library
from tests.support.cutting_relay import CuttingRelay
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.programs import needed_program
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld
from worker import consumption
from worker.consumption import NotADetermination, consume
from worker.sandbox.redis_server import embedded_redis

STREAM = "mrs:determinations"


@pytest.fixture(scope="module")
def published(library: Library) -> list[bytes]:
    world = MemoryWorld()
    claims = [event_of(CLAIM, member_id=f"M-{number}") for number in range(4)]
    work_off(world, library, *map(encoded, claims))
    return world.determinations()


@pytest.fixture
def redis(redis_client: Redis, redis_url: str, monkeypatch, published) -> Redis:
    """A Redis with four determinations, which the settings name."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    for event in published:
        redis_client.xadd(STREAM, {"event": event})
    return redis_client


def members(**words) -> list[str]:
    return [event.data.member_id for event in consume("payer", idle_seconds=0.05, **words)]


def pending(redis: Redis) -> int:
    return redis.xpending(STREAM, "payer")["pending"]


ALL = ["M-0", "M-1", "M-2", "M-3"]


def test_each_determination_comes_once_and_is_acknowledged(redis):
    assert sorted(ALL) == sorted(members())
    assert [] == members()
    assert 0 == pending(redis)


def test_two_groups_get_all_of_them_each(redis):
    assert members() == [e.data.member_id for e in consume("archive", idle_seconds=0.05)]


def test_one_that_is_in_the_stream_twice_comes_once(redis, published):
    redis.xadd(STREAM, {"event": published[0]})

    assert sorted(ALL) == sorted(members())
    assert 0 == pending(redis)


def test_what_the_program_knows_already_is_dropped(redis, published):
    known = json.loads(published[0])["id"]

    assert 3 == len(members(is_known=lambda event_id: event_id == known))
    assert 0 == pending(redis)


def test_only_so_many_ids_are_remembered(redis, published, monkeypatch):
    monkeypatch.setattr(consumption, "REMEMBERED_MAX", 2)
    redis.xadd(STREAM, {"event": published[3]})
    redis.xadd(STREAM, {"event": published[0]})

    assert 5 == len(members())


def test_what_is_in_hand_when_the_loop_is_left_comes_again(redis):
    first, second = islice(consume("payer", consumer="a", idle_seconds=0.05), 2)

    again = list(consume("payer", consumer="a", idle_seconds=0.05))

    assert second.id == again[0].id
    assert first.id not in {event.id for event in again}
    assert 3 == len(again)


def test_what_a_consumer_that_is_gone_held_is_taken_over(redis, monkeypatch):
    next(consume("payer", consumer="gone", idle_seconds=0.05))
    kept = members(consumer="b")
    monkeypatch.setattr(consumption, "TAKEN_OVER_AFTER_SECONDS", 0)

    assert [] == kept
    assert sorted(ALL) == sorted(members(consumer="b"))


def test_an_entry_that_is_no_determination_is_named_without_its_content(redis, published):
    redis.delete(STREAM)
    entry_id = redis.xadd(STREAM, {"event": published[0].replace(b"approved", b"perhaps-M-0")})

    with pytest.raises(NotADetermination) as raised:
        members()

    assert f"Entry {entry_id.decode()} is no determination." == str(raised.value)
    assert 1 == pending(redis)


def test_one_that_was_removed_while_it_was_pending_holds_nothing_up(redis):
    consumer = consume("payer", consumer="a", idle_seconds=0.05)
    in_hand = next(consumer)
    consumer.close()
    redis.xdel(STREAM, redis.xrange(STREAM, count=1)[0][0])

    again = members(consumer="a")

    assert 3 == len(again)
    assert in_hand.data.member_id not in again
    assert 0 == pending(redis)


def test_what_redis_refuses_is_raised(redis):
    redis.delete(STREAM)
    redis.set(STREAM, "no stream")

    with pytest.raises(exceptions.ResponseError):
        members()


@pytest.mark.parametrize("lost", [b"XREADGROUP", b"XACK"], ids=["read", "acknowledgement"])
def test_an_answer_that_is_lost_loses_and_doubles_nothing(published, monkeypatch, lost):
    monkeypatch.setattr(consumption, "_REST_SECONDS", (0.01,))
    binary = needed_program("redis-server")
    with (
        embedded_redis({"appendfsync": "no"}, tcp=True, binary=binary) as server,
        CuttingRelay(server.port, lost).running() as relay,
        Redis.from_url(server.url) as client,
    ):
        client.xgroup_create(STREAM, "payer", id="0", mkstream=True)
        for event in published:
            client.xadd(STREAM, {"event": event})

        found = members(redis_url=relay.url)

        assert sorted(ALL) == sorted(found)
        assert (2, 0) == (relay.cuts, pending(client))


def test_the_determinations_of_all_shards_come_and_each_is_acknowledged_in_its_own(
    redis, published, monkeypatch
):
    monkeypatch.setenv("MRS_SHARDS", "3")
    streams = [f"{{mrs-{shard}}}:determinations" for shard in range(3)]
    for stream, event in zip(streams, published, strict=False):
        redis.xadd(stream, {"event": event})

    assert 3 == len(members())
    assert [0, 0, 0] == [redis.xpending(stream, "payer")["pending"] for stream in streams]
