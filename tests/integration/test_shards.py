"""Two shards of one Redis Cluster, each with two workers, decide what one installation would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.support.archives import DAY, run
from tests.support.hosts import running
from tests.support.processes import eventually
from tests.support.programs import needed_program
from worker.client import shard_of, submit
from worker.intake.route import lane_of
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import WorkerProcess, environment_of
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis, free_port
from worker.store.keys import Keys

SHARDS = ("{mrs-0}", "{mrs-1}")
HOSTS = 2
LANES = 16
CLUSTER = {"cluster-enabled": "yes", "cluster-announce-ip": "127.0.0.1"}

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedRedis]:
    """One node with all slots: it refuses whatever reaches over two of them, as many nodes do."""
    binary = needed_program("redis-server")
    # By itself it would take the port 10,000 higher, which may be none.
    bus = {"cluster-port": str(free_port())}
    with embedded_redis(CLUSTER | bus, tcp=True, binary=binary) as server:
        with Redis(port=server.port) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            assert eventually(lambda: _is_up(client))
        yield server


def _is_up(client: Redis) -> bool:
    return b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO")


@pytest.fixture(scope="module")
def workers(cluster: EmbeddedRedis, tmp_path_factory) -> Iterator[Sequence[WorkerProcess]]:
    """Two parents a shard, as on two machines; the orders go by a Redis that is no cluster."""
    folder = tmp_path_factory.mktemp("hosts")
    with embedded_redis({"appendonly": "no"}) as broker:
        urls = {"redis_url": cluster.url, "broker_url": broker.url, "lanes": LANES}
        started = [
            WorkerProcess(name, folder / name, environment_of({**urls, "prefix": prefix}), 1)
            for shard, prefix in enumerate(SHARDS)
            for name in (f"shard-{shard}-host-{host}" for host in range(HOSTS))
        ]
        with running(started):
            yield started


def member_of(event: bytes) -> str:
    return json.loads(event)["data"]["member_id"]


def finals(redis: Redis, keys: Keys) -> dict[tuple[str, int, str], dict[str, Any]]:
    """The last determination of each line of a shard."""
    found: Any = redis.xrange(keys.determinations)
    told = [json.loads(fields[b"event"])["data"] for _, fields in found]
    return {(each["claim_id"], each["line"], each["member_id"]): each for each in told}


def outcome(data: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(data[name] for name in ("outcome", "reason", "needs", "findings", "due_on"))


@pytest.fixture(scope="module")
def day_decided(cluster: EmbeddedRedis, workers: Sequence[WorkerProcess]) -> None:
    """The day is sent, each event to its member's shard, and worked off."""
    assert all(worker.is_running for worker in workers)
    events = DAY.read_bytes().splitlines()
    for shard, prefix in enumerate(SHARDS):
        of_it = [event for event in events if shard_of(member_of(event), len(SHARDS)) == shard]
        submit(of_it, redis_url=cluster.url, prefix=prefix)
    with Redis(port=cluster.port) as client:
        for prefix in SHARDS:
            QueueWatch(client, Keys(prefix), LANES).wait_until_drained()


@pytest.mark.usefixtures("day_decided")
def test_two_shards_of_two_hosts_each_decide_the_day_as_decide_does(cluster, workers):
    decided: dict[tuple[str, int, str], dict[str, Any]] = {}
    sizes = []
    with Redis(port=cluster.port) as client:
        for prefix in SHARDS:
            of_shard = finals(client, Keys(prefix))
            assert not of_shard.keys() & decided.keys()
            decided |= of_shard
            sizes.append(len(of_shard))
            assert 0 == client.xlen(Keys(prefix).dead_letters)

    alone = [json.loads(line) for line in run("decide", str(DAY)).stdout.splitlines()]
    expected = {(each["claim_id"], each["line"], each["member_id"]): each for each in alone}
    assert expected.keys() == decided.keys()
    assert [] == [key for key in expected if outcome(expected[key]) != outcome(decided[key])]
    assert all(sizes), sizes
    assert all(worker.is_running for worker in workers)


@pytest.mark.usefixtures("day_decided")
def test_commands_ask_the_shard_that_they_are_set_to(cluster, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("MRS_REDIS_URL", cluster.url)
    member = "M-003"
    own = shard_of(member, len(SHARDS))
    codes, audits = [], []
    for shard in (own, 1 - own):
        monkeypatch.setenv("MRS_PREFIX", SHARDS[shard])
        codes.append(run("explain", "CLM-2025-0403", "--member", member).exit_code)
        audits.append(run("audit", "verify").exit_code)

    with Redis(port=cluster.port) as client:
        stream = Keys(SHARDS[own]).determinations
        client.xgroup_create(stream, "billing", "0")
        client.xreadgroup("billing", "c", {stream: ">"})
        client.execute_command(
            "XACK", stream, "billing", *(entry for entry, _ in client.xrange(stream))
        )
    monkeypatch.setenv("MRS_PREFIX", SHARDS[own])
    moved = run("archive", str(tmp_path / "archive"), "--json")

    assert ([0, 1], [0, 0]) == (codes, audits)
    assert (0, True) == (moved.exit_code, json.loads(moved.stdout)["moved"] > 0)
    assert 0 == run("audit", "verify", "--archive", str(tmp_path / "archive")).exit_code


def test_members_of_a_shard_are_spread_over_all_its_lanes():
    members = [f"M-{number:05d}" for number in range(4000)]
    lanes = [
        {lane_of(each, LANES) for each in members if shard_of(each, len(SHARDS)) == shard}
        for shard in range(len(SHARDS))
    ]
    sizes = [sum(shard_of(each, 2) == shard for each in members) for shard in range(2)]

    assert [set(range(LANES))] * 2 == lanes
    assert min(sizes) > 0.45 * len(members)
