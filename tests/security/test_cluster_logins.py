"""The logins for a cluster are those of one Redis, for all shards, and do there what they must."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis, exceptions

from deploy.acl_for_cluster import for_cluster
from tests.security.logins import password_of, with_login
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.sources import text_of
from tests.support.worlds import LEASE_MILLISECONDS, TERMS
from worker.client import EventDoor, submit
from worker.config.settings import Settings, load_settings
from worker.config.shards import shards_of
from worker.consumption import consume
from worker.metrics.snapshot import SnapshotReader
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis, free_port
from worker.store.keys import DOOR, Keys
from worker.store.redis import RedisStore
from worker.store.shards import open_shards

pytestmark = pytest.mark.xdist_group("test_cluster_logins")

SHARDS = 3
EVENT = b'{"data":{"member_id":"M-1"}}'


def test_the_file_is_the_one_that_is_written():
    assert for_cluster(text_of("deploy/users.acl")) == text_of("deploy/users.cluster.acl")


@pytest.fixture(scope="module")
def guarded() -> Iterator[EmbeddedRedis]:
    """A cluster of one node, which has all slots, and the shipped logins."""
    config = {"cluster-enabled": "yes", "cluster-port": str(free_port()), "appendfsync": "no"}
    binary = needed_program("redis-server")
    with (
        embedded_redis(config, tcp=True, binary=binary, start_seconds_max=60) as server,
        Redis(port=server.port, decode_responses=True, protocol=2) as admin,
    ):
        said: Any = admin
        said.cluster("ADDSLOTS", *range(16384))
        assert eventually(lambda: said.cluster("INFO")["cluster_state"] == "ok", 60)
        for line in text_of("deploy/users.cluster.acl").splitlines():
            _, name, *rules = line.split()
            if name != "default":
                words = _together(rules)
                admin.execute_command("ACL SETUSER", name, f">{password_of(name)}", *words)
        yield server


def _together(rules: list[str]) -> list[str]:
    """A selector is one word."""
    words: list[str] = []
    for rule in rules:
        if words and words[-1].startswith("(") and not words[-1].endswith(")"):
            words[-1] += f" {rule}"
        else:
            words.append(rule)
    return words


def settings_of(server: EmbeddedRedis, user: str) -> Settings:
    url = with_login(f"redis+cluster://127.0.0.1:{server.port}", user)
    return load_settings(redis_url=url, broker_url="redis://127.0.0.1:1", shards=SHARDS)


def test_each_login_does_its_work_in_a_cluster(guarded, monkeypatch):
    worker = shards_of(settings_of(guarded, "mrs-worker"))
    terms = TERMS._replace(shards=SHARDS)
    with open_shards(settings_of(guarded, "mrs-worker")) as shards:
        for shard in shards:
            RedisStore(shard.redis, shard.keys).agree(terms)
        producer = settings_of(guarded, "mrs-producer")
        monkeypatch.setenv("MRS_SHARDS", str(SHARDS))
        monkeypatch.setenv("MRS_BROKER_URL", "redis://127.0.0.1:1")
        submit([EVENT], redis_url=producer.redis_url.get_secret_value())
        EventDoor(settings_of(guarded, "mrs-bridge")).send([EVENT])
        own = shards.of_member("M-1")
        lease = own.store.take(DOOR, "token", LEASE_MILLISECONDS, terms)
    with open_shards(settings_of(guarded, "mrs-exporter")) as shards:
        seen = [SnapshotReader(each.redis, each.keys, []).look().at_door for each in shards]
    consumer = settings_of(guarded, "mrs-consumer").redis_url.get_secret_value()

    assert lease is not None
    assert 2 == sum(seen)
    assert [] == list(consume("g", idle_seconds=0.3, redis_url=consumer))
    assert SHARDS == len(worker)


def test_a_producer_with_another_number_is_refused_and_may_read_nothing_else(guarded):
    with open_shards(settings_of(guarded, "mrs-producer")) as shards:
        with pytest.raises(exceptions.NoPermissionError):
            shards[0].redis.xrange(Keys("{mrs-0}").door)
        with pytest.raises(exceptions.NoPermissionError):
            shards[0].redis.hset(Keys("{mrs-0}").meta, "shards", 4)
