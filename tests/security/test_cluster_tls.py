"""A cluster over TLS: each node is held to its certificate, and slots are followed all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost

from tests.security.certificates import Authority
from tests.support.processes import eventually
from tests.support.programs import needed_program
from worker.config.connections import redis_client, slot_of
from worker.config.settings import Settings, load_settings
from worker.config.shards import shards_of
from worker.sandbox.redis_server import embedded_redis, free_port

pytestmark = pytest.mark.xdist_group("test_cluster_tls")

SLOTS = 16384
SHARDS = 4


class Encrypted:
    """Two masters with half of the slots each, which announce the address in their certificate."""

    def __init__(self, authority: Authority, clients: list[Any], ports: list[int]) -> None:
        self.clients = clients
        self.ports = ports
        self._authority = authority

    def settings(self, *, trusting: bool = True) -> Settings:
        url = f"rediss+cluster://127.0.0.1:{self.ports[0]}"
        if trusting:
            url += f"?ssl_ca_certs={self._authority.certificate}"
        return load_settings(redis_url=url, broker_url="redis://127.0.0.1:1", shards=SHARDS)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Encrypted]:
    authority = Authority(tmp_path_factory.mktemp("tls") / "ca")
    certificate, key = authority.issue("127.0.0.1")
    config = {
        "cluster-enabled": "yes",
        "cluster-node-timeout": "600000",
        "tls-cluster": "yes",
        "tls-cert-file": str(certificate),
        "tls-key-file": str(key),
        "tls-ca-cert-file": str(authority.certificate),
        "tls-auth-clients": "no",
        "appendonly": "no",
    }
    ports, buses = [free_port(), free_port()], [free_port(), free_port()]
    with ExitStack() as stack:
        clients: list[Any] = []
        for port, bus in zip(ports, buses, strict=True):
            own = config | {"tls-port": str(port), "cluster-port": str(bus)}
            server = stack.enter_context(
                embedded_redis(own, tcp=True, binary=needed_program("redis-server"))
            )
            clients.append(stack.enter_context(Redis(port=server.port, decode_responses=True)))
        first, second = clients
        first.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS // 2 - 1)
        second.execute_command("CLUSTER ADDSLOTSRANGE", SLOTS // 2, SLOTS - 1)
        second.execute_command("CLUSTER SET-CONFIG-EPOCH", 2)
        second.execute_command("CLUSTER MEET", "127.0.0.1", ports[0], buses[0])
        assert eventually(lambda: all(map(_is_whole, clients)), 90)
        yield Encrypted(authority, clients, ports)


def _is_whole(client: Any) -> bool:
    told = client.cluster("INFO")
    return told["cluster_state"] == "ok" and int(told["cluster_slots_assigned"]) == SLOTS


def tls_port_of(client: Any) -> int:
    return int(client.connection_pool.connection_kwargs["port"])


def test_shards_on_both_nodes_are_reached_by_the_addresses_in_their_certificates(cluster):
    found = set()
    for number, shard in enumerate(shards_of(cluster.settings())):
        with redis_client(shard) as client:
            assert client.set(f"{shard.prefix}:a", number)
            assert str(number).encode() == client.get(f"{shard.prefix}:a")
            found.add(tls_port_of(client))

    assert set(cluster.ports) == found


def test_a_slot_that_has_moved_is_followed(cluster):
    shard = shards_of(cluster.settings())[0].model_copy(update={"prefix": "{moves}"})
    slot = slot_of(shard.prefix)
    own = slot >= SLOTS // 2
    with redis_client(shard) as client:
        assert client.get("{moves}:a") is None
        target = cluster.clients[1 - own].cluster("MYID")
        for each in (cluster.clients[1 - own], cluster.clients[own]):
            each.execute_command("CLUSTER SETSLOT", slot, "NODE", target)

        assert client.set("{moves}:a", "1")
        assert cluster.ports[1 - own] == tls_port_of(client)


def test_a_node_whose_certificate_nobody_vouches_for_is_asked_nothing(cluster):
    shard = shards_of(cluster.settings(trusting=False))[0]

    with redis_client(shard) as client, pytest.raises(ConnectionLost):
        client.get(f"{shard.prefix}:a")
