"""The Redis that all use is killed, and a Sentinel promotes its replica."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from redis import Redis
from redis.sentinel import Sentinel

from tests.faults.run import IMPATIENT, Run, client_of
from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from tests.support.processes import eventually
from tests.support.sentinel import running_sentinel
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

EVENTS = 600
SECONDS = 4
SERVICE = "mrs"
_WAIT_SECONDS = 30


@pytest.mark.parametrize("seed", seeds(1))
def test_a_promoted_replica_has_all_that_was_acknowledged(seed, nursery, report, library):
    with (
        embedded_redis(tcp=True) as first,
        embedded_redis(tcp=True) as second,
        _replicated(first, second),
        running_sentinel(first, service=SERVICE) as port,
        _watching(port),
    ):
        run = Run(
            nursery,
            second.folder,
            lambda: _client(port),
            seed=seed,
            url=f"sentinel://127.0.0.1:{port}/{SERVICE}",
        )
        run.replicas = 1
        try:
            run.start_workers(2, size=2)
            with run.sending(entries_of(seed, EVENTS), SECONDS):
                run.pause(0.5, 2)
                first.kill()
                run.kills += 1
                run.replicas = 0  # there is none left that could acknowledge
                assert eventually(lambda: _role(run, second) == "master", _WAIT_SECONDS)
            run.drained()

            report("replica promoted by Sentinel", run, run.verdict([library]))
        finally:
            run.end_workers()
            run.client.close()


@contextmanager
def _replicated(first: EmbeddedRedis, second: EmbeddedRedis) -> Iterator[None]:
    with client_of(second) as client:
        client.replicaof("127.0.0.1", first.port)
        assert eventually(
            lambda: client.info("replication")["master_link_status"] == "up", _WAIT_SECONDS
        )
    yield


@contextmanager
def _watching(port: int) -> Iterator[None]:
    """Makes the Sentinel quick, and waits until it knows the replica."""
    with Redis(port=port, decode_responses=True) as sentinel:
        for name, value in (("down-after-milliseconds", 500), ("failover-timeout", 3000)):
            sentinel.execute_command("SENTINEL", "SET", SERVICE, name, value)
        assert eventually(lambda: _replicas(sentinel) == 1, _WAIT_SECONDS)
    yield


def _replicas(sentinel: Redis) -> int:
    master: Any = sentinel.sentinel_master(SERVICE)
    return int(master["num-slaves"])


def _client(port: int) -> Redis:
    return Sentinel([("127.0.0.1", port)], sentinel_kwargs={"protocol": 2}).master_for(
        SERVICE, **IMPATIENT
    )


def _role(run: Run, server: EmbeddedRedis) -> str:
    with client_of(server) as client:
        # A server that changes its role drops its clients.
        return run.patiently(lambda: client.info("replication"))["role"]
