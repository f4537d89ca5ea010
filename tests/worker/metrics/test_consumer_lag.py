"""What a consumer group has not got is counted, on each version of Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.support.programs import EVERY_SERVER
from worker.metrics import consumer_lag
from worker.metrics.consumer_lag import unread_by_group
from worker.sandbox.redis_server import embedded_redis

STREAM = "mrs:determinations"


@pytest.fixture(
    scope="module",
    params=EVERY_SERVER,
)
def client(request: pytest.FixtureRequest) -> Iterator[Redis]:
    with (
        embedded_redis({"appendonly": "no"}, binary=request.param()) as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def _empty(client: Redis) -> None:
    client.flushall()


def publish(client: Redis, count: int, first_milliseconds: int = 1) -> None:
    pipeline = client.pipeline(transaction=False)
    for number in range(count):
        pipeline.xadd(STREAM, {"event": "{}"}, id=f"{first_milliseconds + number}-0")
    pipeline.execute()


def read(client: Redis, group: str, count: int) -> None:
    client.xreadgroup(group, "reader", {STREAM: ">"}, count=count)


def test_where_nothing_was_published_no_group_lacks_anything(client):
    assert {} == unread_by_group(client, STREAM)


def test_without_a_group_nobody_lacks_anything(client):
    publish(client, 3)

    assert {} == unread_by_group(client, STREAM)


@pytest.mark.parametrize(
    ("published", "delivered", "expected"),
    [
        pytest.param(250, 0, 250, id="nothing_delivered"),
        pytest.param(250, 1, 249, id="one_delivered"),
        pytest.param(250, 250, 0, id="all_delivered"),
        pytest.param(1, 0, 1, id="one_published"),
    ],
)
def test_each_group_lacks_what_was_not_delivered_to_it(client, published, delivered, expected):
    publish(client, published)
    client.xgroup_create(STREAM, "payments", id="0")
    client.xgroup_create(STREAM, "letters", id="$")
    if delivered:
        read(client, "payments", delivered)

    assert {"payments": expected, "letters": 0} == unread_by_group(client, STREAM)


def test_what_was_archived_before_is_not_lacked(client):
    publish(client, 50)
    client.xgroup_create(STREAM, "payments", id="0")
    read(client, "payments", 20)
    client.xtrim(STREAM, minid="21-0", approximate=False)

    assert {"payments": 30} == unread_by_group(client, STREAM)


def test_very_many_are_estimated_by_time_where_redis_does_not_count(client, monkeypatch):
    monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 200)
    publish(client, 1000)
    client.xgroup_create(STREAM, "payments", id="0")
    read(client, "payments", 400)

    assert {"payments": 600} == pytest.approx(unread_by_group(client, STREAM), abs=2)


def test_an_estimate_is_never_less_than_what_was_counted(client, monkeypatch):
    monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 200)
    publish(client, 300)
    client.xadd(STREAM, {"event": "{}"}, id="1000000-0")
    client.xgroup_create(STREAM, "payments", id="50-0")
    seen = unread_by_group(client, STREAM)["payments"]

    assert 200 <= seen <= 301


def test_another_refusal_is_not_an_empty_stream(client):
    client.set(STREAM, "spoiled")

    with pytest.raises(Exception, match="WRONGTYPE"):
        unread_by_group(client, STREAM)
