"""Python programs send events as any other program would, and know when they are safe."""

from __future__ import annotations

import json

import pytest
from redis import Redis, exceptions

from worker import client as client_module
from worker.client import submit
from worker.config.shards import shard_of
from worker.failures import NotReplicated


def at_the_door(redis: Redis, prefix: str = "mrs") -> list[bytes]:
    return [fields[b"event"] for _, fields in redis.xrange(f"{prefix}:events")]


def test_bytes_texts_and_objects_stand_at_the_door_in_order(redis_url: str, redis_client: Redis):
    ids = submit([b"\xff", "t\u00e9xt", {"id": "\u00e9"}], redis_url=redis_url)

    stood = at_the_door(redis_client)
    assert [b"\xff", "t\u00e9xt".encode()] == stood[:2]
    assert {"id": "\u00e9"} == json.loads(stood[2])
    assert ids == [entry_id.decode() for entry_id, _ in redis_client.xrange("mrs:events")]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_however_many_there_are_all_are_sent(
    redis_url: str, redis_client: Redis, monkeypatch: pytest.MonkeyPatch, count: int
):
    monkeypatch.setattr(client_module, "BATCH", 2)

    ids = submit((b"%d" % number for number in range(count)), redis_url=redis_url)

    assert count == len(ids)
    assert [b"%d" % number for number in range(count)] == at_the_door(redis_client)


def test_address_and_prefix_are_those_of_the_environment_unless_given(
    redis_url: str, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_PREFIX", "other")

    submit([b"one"])
    submit([b"two"], prefix="{mrs-1}")

    assert [b"one"] == at_the_door(redis_client, "other")
    assert [b"two"] == at_the_door(redis_client, "{mrs-1}")


def test_too_few_replicas_are_told(redis_url: str, redis_client: Redis):
    with pytest.raises(NotReplicated):
        submit([b"one"], redis_url=redis_url, replicas=1, replica_milliseconds=10)

    assert [b"one"] == at_the_door(redis_client)


def test_a_redis_that_is_away_is_told():
    with pytest.raises(exceptions.ConnectionError):
        submit([b"one"], redis_url="unix:///nowhere/redis.sock")


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        pytest.param({"id": "e-1", "source": "s"}, "dict", id="an_object"),
        pytest.param('{"id": "e-1"}', "str", id="a_text"),
        pytest.param(b'{"id": "e-1"}', "bytes", id="bytes"),
        pytest.param(bytearray(b"{}"), "bytearray", id="changeable_bytes"),
    ],
)
def test_one_event_that_is_not_in_a_list_is_refused_and_nothing_is_sent(
    redis_url: str, redis_client: Redis, events: object, kind: str
):
    with pytest.raises(TypeError, match=f"got one {kind}. Put a single event in a list"):
        submit(events, redis_url=redis_url)  # type: ignore[arg-type]  # what people do

    assert [] == at_the_door(redis_client)


@pytest.mark.parametrize("event", [7, None, ["a"]], ids=["a_number", "nothing", "a_list"])
def test_what_is_no_event_is_refused_by_its_number(redis_url: str, event: object):
    with pytest.raises(TypeError, match=r"Event 2 is one .*: bytes, str or a mapping is wanted"):
        submit([b"{}", event], redis_url=redis_url)  # type: ignore[list-item]  # what people do


def test_the_settings_say_how_many_replicas_must_have_what_is_sent(
    redis_url: str, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MRS_WAIT_REPLICAS", "1")

    with pytest.raises(NotReplicated, match="one replica"):
        submit([b"one"], redis_url=redis_url, replica_milliseconds=10)
    submit([b"two"], redis_url=redis_url, replicas=0)

    assert [b"one", b"two"] == at_the_door(redis_client)


def test_each_event_goes_to_the_shard_of_its_member_and_its_id_comes_back_in_order(
    redis_url: str, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MRS_SHARDS", "3")
    events = [json.dumps({"data": {"member_id": f"M-{n}"}}).encode() for n in range(12)]

    ids = submit([*events, b"no event"], redis_url=redis_url)

    stood = {
        fields[b"event"]: (shard, entry_id.decode())
        for shard in range(3)
        for entry_id, fields in redis_client.xrange(f"{{mrs-{shard}}}:events")
    }
    assert [shard_of(f"M-{n}", 3) for n in range(12)] == [stood[event][0] for event in events]
    assert ids == [stood[event][1] for event in (*events, b"no event")]
