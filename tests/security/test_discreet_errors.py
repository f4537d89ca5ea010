"""No exception that sending or reading raises repeats an event or an argument of a command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.security.logins import guarded_redis, url_of
from tests.support.event_builders import CLAIM, encoded, event_of
from worker.client import NotReplicated, submit
from worker.config.connections import redis_client as connected
from worker.config.settings import load_settings
from worker.events.collection import NotEncodable

SECRET = "M-secret-4711"
_CLAIM = event_of(CLAIM)
EVENT = {"data": {"member_id": SECRET} | _CLAIM["data"] | {"member_id": SECRET}} | {
    name: value for name, value in _CLAIM.items() if name != "data"
}
"""Its member comes first, because errors repeat the beginning of a command."""


def held_by(error: BaseException) -> str:
    """Whatever can be read from an exception and from those that it is chained to."""
    texts: list[str] = []
    while True:
        texts += [
            str(error),
            repr(error.args),
            repr(vars(error)),
            repr(getattr(error, "object", "")),
        ]
        following = error.__cause__ or error.__context__
        if following is None:
            return "\n".join(texts)
        error = following


@pytest.fixture
def full(redis_client: Redis) -> Iterator[None]:
    redis_client.config_set("maxmemory", "1")
    yield
    redis_client.config_set("maxmemory", "0")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("count", [1, 2], ids=["one", "several"])
def test_a_full_redis_says_so_and_not_what_it_was_sent(redis_url, count):
    with pytest.raises(RedisError, match=r"^OOM|maxmemory") as raised:
        submit([EVENT] * count, redis_url=redis_url)

    assert SECRET not in held_by(raised.value)


def test_a_door_of_the_wrong_type_says_so_and_not_what_it_was_sent(redis_url, redis_client):
    redis_client.set("mrs:events", "taken")

    with pytest.raises(RedisError, match=r"^WRONGTYPE|wrong kind") as raised:
        submit([EVENT], redis_url=redis_url)

    assert SECRET not in held_by(raised.value)


def test_a_login_without_the_right_says_so_and_not_what_it_was_sent(tmp_path):
    with guarded_redis(tmp_path) as server, pytest.raises(RedisError) as raised:
        submit([EVENT], redis_url=url_of(server, "mrs-consumer"))

    assert SECRET not in held_by(raised.value)


def test_too_few_replicas_are_told_and_not_what_was_sent(redis_url):
    with pytest.raises(NotReplicated) as raised:
        submit([EVENT], redis_url=redis_url, replicas=1, replica_milliseconds=1)

    assert SECRET not in held_by(raised.value)


@pytest.mark.parametrize("transaction", [None, False, True], ids=["alone", "pipeline", "multi"])
def test_a_command_that_redis_does_not_know_is_not_repeated(redis_url, transaction):
    with connected(load_settings(redis_url=redis_url)) as redis:
        ask = redis.execute_command
        if transaction is not None:
            pipeline = redis.pipeline(transaction=transaction)
            pipeline.execute_command("NOSUCH", encoded(EVENT))
            ask = lambda *_: pipeline.execute()  # noqa: E731  # the same call for all three
        with pytest.raises(RedisError, match="unknown command") as raised:
            ask("NOSUCH", encoded(EVENT))

    assert SECRET not in held_by(raised.value)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(f'{{"id": "{SECRET}\ud800"}}', id="a_text"),
        pytest.param({"id": f"{SECRET}\ud800"}, id="an_object"),
    ],
)
def test_half_a_surrogate_pair_is_told_by_the_number_of_its_event(redis_url, redis_client, event):
    with pytest.raises(NotEncodable, match=r"^Event 2 ") as raised:
        submit([b"{}", event], redis_url=redis_url)

    assert SECRET not in held_by(raised.value)
    assert 0 == redis_client.xlen("mrs:events")
