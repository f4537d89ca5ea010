"""Clients and workers follow the slots of a real cluster: moved, taken over, their node lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from zlib import crc32

import pytest
from redis.exceptions import ResponseError

from tests.support.archives import DAY, run
from tests.support.clusters import OwnCluster, own_cluster, until
from tests.support.hosts import running
from tests.support.programs import needed_program
from worker.client import submit
from worker.config.connections import redis_client, slot_of
from worker.config.settings import Settings, load_settings
from worker.config.shards import shards_of
from worker.failures import StoreUnavailable
from worker.sandbox.installation import WorkerProcess, environment_of
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.compatibility import Compatibility
from worker.store.keys import DOOR, Keys
from worker.store.redis import RedisStore
from worker.store.shards import open_shards

SHARDS = 6
LANES = 2
TERMS = Compatibility(LANES, 1, "sha256:one")

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("integration cluster")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[OwnCluster]:
    """Three masters with a replica each."""
    with own_cluster(binary=needed_program("redis-server")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedRedis]:
    """What carries the dispatches: no cluster."""
    with embedded_redis({"appendonly": "no"}) as broker:
        yield broker


@pytest.fixture
def shard(cluster: OwnCluster, broker: EmbeddedRedis, request) -> Iterator[Settings]:
    """The settings of a shard that no other test uses, in a cluster that is whole."""
    cluster.heal()
    prefix = f"{{{crc32(request.node.name.encode()):x}}}"
    yield load_settings(redis_url=cluster.url, broker_url=broker.url, prefix=prefix)
    cluster.heal()


def port_of(client: Any) -> int:
    return int(client.info("server")["tcp_port"])


def test_a_client_follows_its_slot_to_another_node(cluster, shard):
    slot, key = slot_of(shard.prefix), f"{shard.prefix}:a"
    target = next(node for node in cluster.masters() if node is not cluster.master_of(slot))
    with redis_client(shard) as client:
        client.set(key, "1")
        before = port_of(client)
        cluster.move(slot, target)

        assert b"1" == client.get(key)
        assert (before, target.server.port) != (port_of(client), before)
        assert target.server.port == port_of(client)
        assert [2, b"2"] == client.pipeline(transaction=False).incr(key).get(key).execute()


def test_a_client_finds_what_has_moved_and_what_has_not_while_its_slot_is_on_its_way(
    cluster, shard
):
    slot = slot_of(shard.prefix)
    stays, moved, new = (f"{shard.prefix}:{name}" for name in ("stays", "moved", "new"))
    source = cluster.master_of(slot)
    target = next(node for node in cluster.masters() if node is not source)
    with redis_client(shard) as client:
        client.mset({stays: "1", moved: "1"})
        target.say("CLUSTER SETSLOT", slot, "IMPORTING", source.id)
        source.say("CLUSTER SETSLOT", slot, "MIGRATING", target.id)
        source.say("MIGRATE", "127.0.0.1", target.server.port, "", 0, 5000, "KEYS", moved)
        try:
            assert (2, 2, 1) == (client.incr(stays), client.incr(moved), client.incr(new))
            pipeline = client.pipeline(transaction=False).get(stays).get(moved).get(new)
            assert [b"2", b"2", b"1"] == pipeline.execute()
            # What asks for both at once is told to come again.
            with pytest.raises(ResponseError, match=r"TRYAGAIN|rehashing"):
                client.mget([stays, moved])
        finally:
            source.say("MIGRATE", "127.0.0.1", target.server.port, "", 0, 5000, "KEYS", stays)
            for node in (target, *cluster.masters()):
                with suppress(ResponseError):
                    node.say("CLUSTER SETSLOT", slot, "NODE", target.id)

        assert [b"2", b"2", b"1"] == client.mget([stays, moved, new])


def test_scripts_run_on_a_node_that_has_never_seen_them(cluster, shard):
    slot = slot_of(shard.prefix)
    target = next(node for node in cluster.masters() if node is not cluster.master_of(slot))
    with redis_client(shard) as client:
        store = RedisStore(client, Keys(shard.prefix))
        known = store.agree(TERMS)
        cluster.move(slot, target)
        target.say("SCRIPT FLUSH")

        assert known == store.agree(TERMS._replace(installation=known))
        assert store.take(DOOR, "token", 60_000, TERMS._replace(installation=known)) is None


def test_a_client_follows_a_replica_that_takes_over(cluster, shard):
    slot, key = slot_of(shard.prefix), f"{shard.prefix}:a"
    with redis_client(shard) as client:
        client.set(key, "1")
        master = cluster.fail_over(slot)

        assert b"1" == client.get(key)
        assert 2 == client.incr(key)
        assert master.server.port == port_of(client)


def test_a_client_asks_no_node_of_itself_that_has_lost_the_slot(cluster, shard):
    slot = slot_of(shard.prefix)
    with redis_client(shard) as client:
        client.set(f"{shard.prefix}:a", "1")
        before = port_of(client)
        cluster.fail_over(slot)
        cluster.wait_until_whole()

        # The first thing that it asks names no key.
        assert "master" == client.info("replication")["role"]
        assert before != port_of(client)
        cluster.fail_over(slot)
        cluster.wait_until_whole()
        assert [f"{shard.prefix}:a".encode()] == list(client.scan_iter(f"{shard.prefix}:*"))


def test_a_client_waits_for_no_master_that_was_killed(cluster, shard):
    slot, key = slot_of(shard.prefix), f"{shard.prefix}:a"
    with redis_client(shard) as client:
        store = RedisStore(client, Keys(shard.prefix))
        client.set(key, "1")
        assert 1 == client.execute_command("WAIT", 1, 5000)
        gone = cluster.master_of(slot)
        gone.kill()

        with pytest.raises(StoreUnavailable):
            store.agree(TERMS)
        master = cluster.wait_until_replaced(slot, gone)
        until(lambda: answers(store), "the shard answers")

        assert b"1" == client.get(key)
        assert master.server.port == port_of(client)


def answers(store: RedisStore) -> bool:
    try:
        store.agree(TERMS)
    except StoreUnavailable:
        return False
    return True


@pytest.fixture(scope="module")
def whole(cluster: OwnCluster, broker: EmbeddedRedis) -> Settings:
    """An installation of many shards."""
    return load_settings(
        redis_url=cluster.url, broker_url=broker.url, shards=SHARDS, lanes=LANES, prefix="day"
    )


@pytest.fixture(scope="module")
def workers(whole: Settings, tmp_path_factory) -> Iterator[Sequence[WorkerProcess]]:
    """Two parents, as on two machines; each serves all shards."""
    folder = tmp_path_factory.mktemp("hosts")
    environment = environment_of(
        {
            "redis_url": whole.redis_url.get_secret_value(),
            "broker_url": whole.broker_url.get_secret_value(),
            "shards": whole.shards,
            "lanes": whole.lanes,
            "prefix": whole.prefix,
        }
    )
    started = [
        WorkerProcess(f"host-{number}", folder / f"host-{number}", environment, 1)
        for number in range(2)
    ]
    with running(started):
        yield started


def test_one_fleet_decides_a_day_in_all_shards_as_decide_does_while_nodes_change(
    cluster, whole, workers, monkeypatch
):
    monkeypatch.setenv("MRS_SHARDS", str(SHARDS))
    monkeypatch.setenv("MRS_BROKER_URL", whole.broker_url.get_secret_value())
    cluster.heal()
    events = DAY.read_bytes().splitlines()
    half = len(events) // 2
    slots = [slot_of(each.prefix) for each in shards_of(whole)]

    submit(events[:half], redis_url=cluster.url, prefix=whole.prefix, replicas=1)
    cluster.fail_over(slots[0])
    owner = cluster.master_of(slots[1])
    cluster.move(slots[1], next(node for node in cluster.masters() if node is not owner))
    cluster.wait_until_whole()
    submit(events[half:], redis_url=cluster.url, prefix=whole.prefix, replicas=1)
    with open_shards(whole) as shards:
        until(lambda: not sum(waiting(shard.redis, shard.keys) for shard in shards), "drained")
        told = [each for shard in shards for each in determinations(shard.redis, shard.keys)]
        used = sum(bool(shard.redis.xlen(shard.keys.determinations)) for shard in shards)
        assert [0] * SHARDS == [shard.redis.xlen(shard.keys.dead_letters) for shard in shards]

    alone = [json.loads(line) for line in run("decide", str(DAY)).stdout.splitlines()]
    expected = {line_of(each): outcome(each) for each in alone}
    assert expected == {line_of(each): outcome(each) for each in told}
    assert used > SHARDS // 2
    assert all(worker.is_running for worker in workers)


def waiting(redis: Any, keys: Keys) -> int:
    places = (DOOR, *(f"{lane:02d}" for lane in range(LANES)))
    return sum(redis.xlen(keys.stream(place)) for place in places)


def determinations(redis: Any, keys: Keys) -> list[dict[str, Any]]:
    found = redis.xrange(keys.determinations)
    return [json.loads(fields[b"event"])["data"] for _, fields in found]


def line_of(data: dict[str, Any]) -> tuple[Any, ...]:
    return data["claim_id"], data["line"], data["member_id"]


def outcome(data: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(data[name] for name in ("outcome", "reason", "needs", "findings", "due_on"))
