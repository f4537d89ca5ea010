"""Where Redis cuts long answers off, a worker asks for less until they fit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost

from tests.support.event_builders import COVERAGE, encoded, event_of
from tests.support.programs import EVERY_SERVER
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store import reply_size
from worker.store.reply_size import LEAST_BYTES, ReplySize

ANSWER_MAX = 100_000
"""Bytes after which the server cuts an answer off; one entry fits."""
MANY = 40


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedRedis]:
    with embedded_redis({"appendonly": "no"}, binary=request.param()) as server:
        with Redis(unix_socket_path=str(server.socket_path)) as client:
            client.config_set("client-output-buffer-limit", f"normal {ANSWER_MAX} 0 0")
        yield server


@pytest.fixture
def world(server: EmbeddedRedis) -> Iterator[RedisWorld]:
    with Redis(unix_socket_path=str(server.socket_path), retry=None) as client:
        client.flushall()
        yield RedisWorld(client)


@pytest.fixture
def asked() -> list[int]:
    """The lengths that were asked for."""
    return []


def long_event(number: int) -> bytes:
    event = event_of(COVERAGE, member_id=f"M-{number}") | {"id": f"e-{number}"}
    return encoded(event | {"note": "x" * 8_000})


def test_a_queue_whose_batches_are_cut_off_is_worked_off_all_the_same(world, library):
    work_off(world, library, *map(long_event, range(MANY)))

    applied = f"mrs_events_total|{COVERAGE}|applied"
    assert MANY == world.counters()[applied]
    assert [] == world.letters()


def test_less_is_asked_for_by_halves_until_it_fits_and_then_at_once(world, asked):
    world.client.set("long", "x" * 300_000)
    reading = ReplySize(world.client)

    def read(size: int) -> bytes:
        asked.append(size)
        return world.client.getrange("long", 0, size - 1)

    first = reading.read(300_000, read)
    again = reading.read(300_000, read)

    assert (75_000, 75_000) == (len(first), len(again))
    assert [300_000, 300_000, 150_000, 150_000, 75_000, 75_000] == asked


def test_after_a_while_the_whole_length_is_tried_again(world, asked, monkeypatch):
    monkeypatch.setattr(reply_size, "REMEMBERED_SECONDS", 0.0)
    world.client.set("long", "x" * 150_000)
    reading = ReplySize(world.client)

    def read(size: int) -> bytes:
        asked.append(size)
        return world.client.getrange("long", 0, size - 1)

    reading.read(150_000, read)
    world.client.config_set("client-output-buffer-limit", "normal 0 0 0")
    try:
        whole = reading.read(150_000, read)
    finally:
        world.client.config_set("client-output-buffer-limit", f"normal {ANSWER_MAX} 0 0")

    assert 150_000 == len(whole)
    assert 150_000 == asked[-1]


def test_what_never_fits_is_given_up(world, asked):
    # Not one long string: Valkey 9 does not count those that it sends without copying them.
    world.client.rpush("long", *("x" * 3_000 for _ in range(100)))

    def read(size: int) -> list[bytes]:
        asked.append(size)
        return world.client.lrange("long", 0, -1)

    with pytest.raises(ConnectionLost):
        ReplySize(world.client).read(8 * LEAST_BYTES, read)

    assert [8, 8, 4, 4, 2, 2, 1, 1] == [size // LEAST_BYTES for size in asked]


def test_a_connection_lost_once_is_no_reason_to_ask_for_less(redis_client, asked):
    def read(size: int) -> int:
        asked.append(size)
        if len(asked) == 1:
            raise ConnectionLost
        return size

    assert 1_000_000 == ReplySize(redis_client).read(1_000_000, read)
    assert [1_000_000, 1_000_000] == asked


def test_a_redis_that_is_away_is_not_asked_again(asked):
    def read(size: int) -> int:
        asked.append(size)
        raise ConnectionLost

    with (
        Redis(unix_socket_path="/nowhere/redis.sock", retry=None) as client,
        pytest.raises(ConnectionLost),
    ):
        ReplySize(client).read(1_000_000, read)

    assert [1_000_000] == asked
