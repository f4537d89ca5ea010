"""The sample day in an installation of several shards: on one server, or on a cluster of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis import Redis

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.archives import DAY
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.turns import work_off
from tests.support.worlds import TERMS, RedisWorld
from worker.client import shard_of_event
from worker.config.settings import load_settings
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis, free_port
from worker.store.shards import Shard, open_shards

BROKEN = b'{"specversion": "1.0", "id": "e-broken"}'
"""An event that is refused: of whom it is nobody can read."""

SLOTS = 16384
SHARDS = 4
_CLUSTER = {
    "cluster-enabled": "yes",
    "cluster-announce-ip": "127.0.0.1",
    "cluster-node-timeout": "600000",
    "cluster-require-full-coverage": "no",
    "appendonly": "no",
}


class ShardedDay(NamedTuple):
    """The day, worked off in all shards."""

    settings: Mapping[str, Any]
    servers: tuple[EmbeddedRedis, ...]

    @property
    def environment(self) -> dict[str, str]:
        """The settings as a command finds them."""
        return {f"MRS_{name.upper()}": str(value) for name, value in self.settings.items()}


def worked_off(settings: Mapping[str, Any], library: Library) -> None:
    """Sends the day, and what is refused, to the doors of its shards, and has all of it done."""
    events = [*DAY.read_bytes().splitlines(), BROKEN]
    with open_shards(load_settings(**settings)) as shards:
        for shard in shards:
            _work_off(shard, library, [e for e in events if _is_of(e, shard, len(shards))])


def four_shards_read(
    server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch, state: Path
) -> ShardedDay:
    """The day in four shards of one server, which the settings name and a group has read."""
    urls = {"redis_url": server.url, "broker_url": server.url}
    day = ShardedDay(urls | {"shards": SHARDS}, (server,))
    for name, value in (day.environment | {"MRS_STATE_DIR": str(state)}).items():
        monkeypatch.setenv(name, value)
    worked_off(day.settings, load_library(SHIPPED))
    with open_shards(load_settings()) as shards:
        for shard in shards:
            stream = shard.keys.determinations
            shard.redis.xgroup_create(stream, "billing", "0", mkstream=True)
            for _, entries in shard.redis.xreadgroup("billing", "c", {stream: ">"}):
                shard.redis.xack(stream, "billing", *(entry_id for entry_id, _ in entries))
    return day


@contextmanager
def two_nodes() -> Iterator[tuple[EmbeddedRedis, EmbeddedRedis]]:
    """A cluster of two masters without replicas: the slots of one that is gone are nowhere."""
    binary = needed_program("redis-server")
    with ExitStack() as stack:
        buses = [free_port(), free_port()]
        first, second = (
            stack.enter_context(
                embedded_redis(_CLUSTER | {"cluster-port": str(bus)}, tcp=True, binary=binary)
            )
            for bus in buses
        )
        with Redis(port=first.port) as one, Redis(port=second.port) as other:
            one.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, SLOTS // 2 - 1)
            other.execute_command("CLUSTER", "ADDSLOTSRANGE", SLOTS // 2, SLOTS - 1)
            other.execute_command("CLUSTER", "SET-CONFIG-EPOCH", 2)
            other.execute_command("CLUSTER", "MEET", "127.0.0.1", first.port, buses[0])
            assert eventually(lambda: _knows_all(one) and _knows_all(other), 90)
        yield first, second


def _knows_all(client: Any) -> bool:
    said = client.execute_command("CLUSTER", "INFO")
    text = (
        said
        if isinstance(said, Mapping)
        else dict(line.split(":", 1) for line in said.decode().split() if ":" in line)
    )
    return text["cluster_state"] == "ok" and int(text["cluster_slots_assigned"]) == SLOTS


def _work_off(shard: Shard, library: Library, events: list[bytes]) -> None:
    world = RedisWorld(shard.redis, shard.keys.prefix)
    shard.store.agree(TERMS)
    work_off(world, library, *events)


def _is_of(event: bytes, shard: Shard, shards: int) -> bool:
    return shard_of_event(event, shards) == shard.number


@contextmanager
def day_on_two_nodes(library: Library, shards: int = 4) -> Iterator[ShardedDay]:
    """The day in the shards of such a cluster: the first half of them is on its first node."""
    with two_nodes() as servers, embedded_redis({"appendonly": "no"}) as broker:
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in servers)
        where = {"redis_url": f"redis+cluster://{hosts}", "broker_url": broker.url}
        where |= {"shards": shards, "lanes": 4}
        worked_off(where, library)
        yield ShardedDay(where, servers)
