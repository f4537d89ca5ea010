"""A Redis that is emptied or made unsafe under a running worker, until an operator has decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from redis import Redis

from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.processes import eventually
from worker.cli import adjudicator
from worker.client import submit
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

KEYS = Keys("mrs")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    with installation(workers=1, settings={"lanes": 2}) as running:
        yield running


@pytest.fixture
def client(own: Installation) -> Iterator[Redis]:
    with Redis(unix_socket_path=str(own.redis.socket_path)) as client:
        yield client


def send(own: Installation, member: str) -> None:
    claim = encoded(event_of(CLAIM, member_id=member, attestations=[]))
    report = encoded(event_of(REPORT, member_id=member) | {"id": "e-2"})
    submit([claim, report], redis_url=own.redis.url)


def is_decided(client: Redis, member: str) -> bool:
    return bool(client.exists(KEYS.record(member)))


def test_nothing_is_decided_in_an_emptied_redis_until_an_operator_accepts_it(own, client):
    send(own, "M-before")
    assert eventually(lambda: is_decided(client, "M-before"), 60)
    (worker,) = own.workers

    client.flushdb()
    send(own, "M-after")

    assert eventually(lambda: not worker.is_ready, 60)
    assert not eventually(lambda: is_decided(client, "M-after"), 1.5)
    assert "Redis does not hold the installation that is remembered here" in worker.last_words()

    worker.stop()
    worker.start()  # its memory is in a file too
    assert eventually(lambda: worker.last_words().find("does not hold") > 0, 60)
    assert not is_decided(client, "M-after")

    environment = {"MRS_REDIS_URL": own.redis.url, "MRS_STATE_DIR": str(own.redis.folder)}
    CliRunner().invoke(adjudicator, ["doctor", "--accept-new-installation"], env=environment)

    assert eventually(lambda: worker.is_ready, 60)
    assert eventually(lambda: is_decided(client, "M-after"), 60)


@pytest.mark.parametrize(
    ("name", "unsafe", "sound", "said"),
    [
        pytest.param(
            *("maxmemory-policy", "allkeys-lru", "noeviction", "Redis evicts keys"), id="evicts"
        ),
        pytest.param(
            *("appendonly", "no", "yes", "does not keep what it acknowledges"), id="keeps_nothing"
        ),
    ],
)
def test_nothing_is_decided_while_redis_is_unsafe(own, client, name, unsafe, sound, said):
    (worker,) = own.workers
    assert eventually(lambda: worker.is_ready, 60)

    client.config_set(name, unsafe)
    assert eventually(lambda: not worker.is_ready, 60)
    send(own, f"M-{unsafe}")
    assert not eventually(lambda: is_decided(client, f"M-{unsafe}"), 1.5)
    assert said in worker.last_words()

    client.config_set(name, sound)
    assert eventually(lambda: is_decided(client, f"M-{unsafe}"), 60)
