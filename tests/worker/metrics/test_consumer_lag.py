"""What a consumer group has not got is counted, on each version of Redis."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from redis import Redis

from tests.support.programs import EVERY_SERVER
from tests.support.sources import text_of
from worker.metrics import consumer_lag
from worker.metrics.consumer_lag import UnreadCount, unread_by_group
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


def counted(count: int) -> UnreadCount:
    return UnreadCount(count, is_estimate=False)


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

    assert {"payments": counted(expected), "letters": counted(0)} == unread_by_group(client, STREAM)


# ------------------------------------------------------------------------- what is gone again


def publish_and_read(client: Redis, published: int, delivered: int) -> None:
    publish(client, published)
    client.xgroup_create(STREAM, "payments", id="0")
    read(client, "payments", delivered)


def remove(client: Redis, first: int, last: int) -> None:
    """As `archive` does."""
    client.xdel(STREAM, *(f"{number}-0" for number in range(first, last + 1)))


@pytest.fixture
def few_are_counted(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that one by one would not do, where Redis knows something itself."""
    if int(client.info("server")["redis_version"].split(".")[0]) >= 7:
        monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 10)


@pytest.mark.usefixtures("few_are_counted")
class TestAfterRemoval:
    """What was read or trimmed is not in the stream any more."""

    def test_all_that_was_read_is_archived(self, client):
        publish_and_read(client, 1000, 400)
        remove(client, 1, 400)

        assert {"payments": counted(600)} == unread_by_group(client, STREAM)

    def test_an_open_line_is_left_behind(self, client):
        publish_and_read(client, 1000, 400)
        remove(client, 2, 400)

        assert {"payments": counted(600)} == unread_by_group(client, STREAM)

    def test_more_is_read_and_published_after_an_archive(self, client):
        publish_and_read(client, 1000, 400)
        remove(client, 1, 400)
        read(client, "payments", 50)
        publish(client, 30, first_milliseconds=1001)

        assert {"payments": counted(580)} == unread_by_group(client, STREAM)

    def test_a_group_that_is_ahead_of_the_one_that_held_the_archive_back(self, client):
        publish_and_read(client, 1000, 400)
        client.xgroup_create(STREAM, "letters", id="0")
        read(client, "letters", 900)
        remove(client, 1, 400)

        unread = unread_by_group(client, STREAM)

        assert {"payments": counted(600), "letters": counted(100)} == unread

    def test_a_group_made_after_an_archive(self, client):
        publish_and_read(client, 1000, 400)
        remove(client, 1, 400)
        client.xgroup_create(STREAM, "from_the_first", id="0")
        client.xgroup_create(STREAM, "from_now", id="$")

        unread = unread_by_group(client, STREAM)

        assert (counted(600), counted(0)) == (unread["from_the_first"], unread["from_now"])

    def test_what_was_read_is_trimmed(self, client):
        publish_and_read(client, 50, 20)
        client.xtrim(STREAM, minid="21-0", approximate=False)

        assert {"payments": counted(30)} == unread_by_group(client, STREAM)

    def test_what_nobody_read_is_trimmed_too(self, client):
        publish_and_read(client, 1000, 400)
        client.xtrim(STREAM, minid="701-0", approximate=False)

        assert {"payments": counted(300)} == unread_by_group(client, STREAM)

    def test_everything_is_gone(self, client):
        publish_and_read(client, 20, 5)
        remove(client, 1, 20)

        assert {"payments": counted(0)} == unread_by_group(client, STREAM)

    def test_a_group_is_set_to_an_id_near_either_end(self, client):
        publish(client, 1000)
        client.xgroup_create(STREAM, "near_the_first", id="5-0")
        client.xgroup_create(STREAM, "near_the_last", id="995-0")

        unread = unread_by_group(client, STREAM)

        assert {"near_the_first": counted(995), "near_the_last": counted(5)} == unread

    def test_something_unread_was_deleted_near_the_position(self, client):
        publish_and_read(client, 1000, 5)
        remove(client, 500, 500)

        assert {"payments": counted(994)} == unread_by_group(client, STREAM)


@pytest.mark.usefixtures("few_are_counted")
def test_an_archive_leaves_more_behind_than_is_counted(client):
    publish_and_read(client, 1000, 400)
    remove(client, 51, 400)

    assert {"payments": counted(600)} == unread_by_group(client, STREAM)


# ------------------------------------------------------------------------------- estimates


def test_what_nobody_knows_is_said_to_be_an_estimate(client, monkeypatch):
    monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 200)
    publish(client, 1000)
    client.xgroup_create(STREAM, "payments", id="400-0")

    unread = unread_by_group(client, STREAM)["payments"]

    assert unread.is_estimate
    assert 600 == pytest.approx(unread.unread, abs=2)


def test_an_estimate_is_never_less_than_what_was_counted(client, monkeypatch):
    monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 40)
    publish(client, 300)
    client.xadd(STREAM, {"event": "{}"}, id="1000000000-0")
    client.xgroup_create(STREAM, "payments", id="250-0")
    client.xadd(STREAM, {"event": "{}"}, id="1000000001-0")

    unread = unread_by_group(client, STREAM)["payments"]

    assert unread.is_estimate
    assert 40 <= unread.unread <= 302


def test_as_many_as_can_be_counted_are_more_than_the_alert_allows():
    (threshold,) = re.findall(
        r"expr: mrs_determinations_unread > (\d+)", text_of("ops/prometheus/rules/alerts.yml")
    )

    assert int(threshold) < consumer_lag.COUNTED_MAX


def test_another_refusal_is_not_an_empty_stream(client):
    client.set(STREAM, "spoiled")

    with pytest.raises(Exception, match="WRONGTYPE"):
        unread_by_group(client, STREAM)
