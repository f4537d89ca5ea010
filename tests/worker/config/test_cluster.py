"""A client of a shard follows its slot through a Redis Cluster, and says plainly when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis import Redis, exceptions

from tests.support.processes import eventually
from tests.support.programs import EVERY_SERVER, needed_program
from tests.support.worlds import LEASE_MILLISECONDS, TERMS
from worker.config.cluster import ClusterNodes, ShardRedis
from worker.config.connections import address_of, impatient_client, redis_client, slot_of
from worker.config.redis_url import parse_redis_url
from worker.config.settings import Settings, load_settings
from worker.config.shards import shards_of
from worker.failures import StoreUnavailable
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis, free_port
from worker.store.keys import DOOR, Keys
from worker.store.redis import RedisStore

pytestmark = pytest.mark.xdist_group("test_cluster")

SLOTS = 16384
SHARDS = 8
BROKER = "redis://127.0.0.1:1"


class Pair:
    """Two masters, which have half of the slots each."""

    def __init__(self, *servers: EmbeddedRedis) -> None:
        self.servers = servers
        self.clients: list[Any] = [
            Redis(port=each.port, decode_responses=True, protocol=2) for each in servers
        ]
        self.moved: set[int] = set()
        """Slots that are not where they began."""
        self.ids = [each.cluster("MYID") for each in self.clients]

    @property
    def settings(self) -> Settings:
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.servers)
        url = f"redis+cluster://{hosts}"
        return load_settings(redis_url=url, broker_url=BROKER, shards=SHARDS)

    def owner(self, slot: int) -> int:
        return (slot >= SLOTS // 2) ^ (slot in self.moved)

    def begin_move(self, slot: int) -> tuple[Any, Any]:
        """The slot is on its way; returns its node, and the one that will have it."""
        source = self.owner(slot)
        target = 1 - source
        self.clients[target].cluster("SETSLOT", slot, "IMPORTING", self.ids[source])
        self.clients[source].cluster("SETSLOT", slot, "MIGRATING", self.ids[target])
        return self.clients[source], self.clients[target]

    def carry(self, slot: int) -> None:
        """All its keys go."""
        source = self.owner(slot)
        port = self.servers[1 - source].port
        while keys := self.clients[source].cluster("GETKEYSINSLOT", slot, 100):
            self.clients[source].execute_command(
                *("MIGRATE", "127.0.0.1", port, "", 0, 5000, "KEYS", *keys)
            )

    def end_move(self, slot: int) -> None:
        """It has arrived."""
        target = 1 - self.owner(slot)
        for client in (self.clients[target], self.clients[1 - target]):
            client.cluster("SETSLOT", slot, "NODE", self.ids[target])
        self.moved ^= {slot}


@pytest.fixture(scope="module", params=[each for each in EVERY_SERVER if each.id != "redis_6"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    binary = request.param()  # Redis 6 cannot be told the port of its bus
    with ExitStack() as running:
        servers = []
        for _ in range(2):
            bus = str(free_port())
            config = {
                "cluster-enabled": "yes",
                "cluster-port": bus,
                "cluster-announce-ip": "127.0.0.1",
                "cluster-require-full-coverage": "no",
                "appendfsync": "no",
            }
            server = EmbeddedRedis(config, tcp=True, binary=binary, start_seconds_max=60)
            running.callback(server.stop)
            server.start()
            servers.append((server, bus))
        two = Pair(*(server for server, _ in servers))
        half = SLOTS // 2
        for number, client in enumerate(two.clients):
            running.callback(client.close)
            client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
            client.cluster("ADDSLOTS", *range(number * half, (number + 1) * half))
        (first, bus), _ = servers
        two.clients[1].execute_command("CLUSTER MEET", "127.0.0.1", first.port, bus)
        assert eventually(lambda: all(map(knows_both, two.clients)), 60)
        yield two


def knows_both(client: Any) -> bool:
    return (
        client.cluster("INFO")["cluster_state"] == "ok"
        and len(client.cluster("SLOTS")) == 2
        and len(client.cluster("NODES")) == 2
    )


@pytest.fixture
def shard(pair: Pair) -> Iterator[tuple[Redis, Keys, int]]:
    """A client of a shard, its keys and its slot."""
    (settings, *_) = shards_of(pair.settings)
    with redis_client(settings) as client:
        yield client, Keys(settings.prefix), slot_of(settings.prefix)
        for each in pair.clients:
            each.flushall()


def test_a_slot_that_has_moved_is_followed(pair, shard):
    client, keys, slot = shard
    client.hset(keys.meta, "lanes", "4")

    pair.begin_move(slot)
    pair.carry(slot)
    pair.end_move(slot)

    assert b"4" == client.hget(keys.meta, "lanes")


def test_a_pipeline_is_sent_again_whole_where_the_slot_is_now(pair, shard):
    client, keys, slot = shard
    client.ping()
    pair.begin_move(slot)
    pair.end_move(slot)

    pipeline = client.pipeline(transaction=False)
    pipeline.xadd(keys.door, {"event": b"one"})
    pipeline.wait(0, 10)
    pipeline.xlen(keys.door)

    assert [0, 1] == pipeline.execute()[1:]


def test_a_key_that_has_gone_ahead_of_its_slot_is_found(pair, shard):
    client, keys, slot = shard
    client.xadd(keys.door, {"event": b"one"})
    pair.begin_move(slot)
    pair.carry(slot)

    alone = client.xlen(keys.door)
    pipeline = client.pipeline(transaction=False)
    pipeline.xadd(keys.door, {"event": b"two"})
    pipeline.wait(0, 10)
    sent = pipeline.execute()
    pipeline.xlen(keys.door)
    counted = pipeline.execute()
    pair.end_move(slot)

    assert (1, 2, [2]) == (alone, len(sent), counted)
    assert 2 == client.xlen(keys.door)


def test_a_script_runs_where_its_keys_have_gone_and_nobody_had_loaded_it(pair, shard):
    client, keys, slot = shard
    store = RedisStore(client, keys)
    store.count({"one": 1})
    pair.begin_move(slot)
    pair.carry(slot)
    for each in pair.clients:
        each.script_flush()

    store.count({"one": 1})
    pair.end_move(slot)
    store.count({"one": 1})

    assert b"3" == client.hget(keys.counters, "one")


def test_a_script_some_of_whose_keys_have_gone_is_to_be_tried_again(pair, shard):
    client, keys, slot = shard
    store = RedisStore(client, keys)
    store.agree(TERMS)
    client.xadd(keys.door, {"event": b"one"})
    pair.begin_move(slot)
    pair.carry(slot)

    with pytest.raises(StoreUnavailable, match="on its way"):
        store.take(DOOR, "token", LEASE_MILLISECONDS, TERMS)
    pair.end_move(slot)

    assert store.take(DOOR, "token", LEASE_MILLISECONDS, TERMS) is not None


def test_shards_lie_on_both_nodes_and_share_connections(pair):
    clients = [redis_client(each) for each in shards_of(pair.settings)]

    assert 2 == len({id(each.connection_pool) for each in clients})


def test_a_cluster_is_shown_without_its_password(pair):
    (settings, *_) = shards_of(pair.settings)
    address = parse_redis_url("redis+cluster://user:s3cret@127.0.0.1:1")

    assert "s3cret" not in address_of(ShardRedis(ClusterNodes(address, {}), "{mrs-0}"))
    assert address_of(redis_client(settings)).startswith("redis+cluster://127.0.0.1:")


@pytest.fixture(params=["nobody answers", "no cluster answers"])
def no_cluster(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of something that is no cluster."""
    if request.param == "nobody answers":
        yield "redis+cluster://127.0.0.1:1"
        return
    with embedded_redis({}, tcp=True, binary=needed_program("redis-server")) as server:
        yield f"redis+cluster://127.0.0.1:{server.port}"


def test_what_is_no_cluster_is_said_as_any_redis_that_is_away(no_cluster):
    settings = load_settings(redis_url=no_cluster, broker_url=BROKER, shards=SHARDS)
    (one, *_) = shards_of(settings)
    client = impatient_client(one)  # connects to nothing yet

    with pytest.raises(exceptions.ConnectionError):
        client.ping()
    with pytest.raises(StoreUnavailable):
        RedisStore(client, Keys(one.prefix)).fullness()
