"""An installation remembers how many shards it has; whoever is set otherwise is refused."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.support.worlds import TERMS
from worker.client import submit
from worker.config.settings import SettingsRefused, load_settings
from worker.failures import InstallationMismatch, NotReplicated
from worker.intake.runtime import Runtimes
from worker.store.keys import Keys, lane_name
from worker.store.protocol import Commit
from worker.store.redis import RedisStore
from worker.store.shards import open_shards

KEYS = Keys("{mrs-0}")
LANE = lane_name(0)


def number_in(redis: Redis, shard: int) -> bytes | None:
    return redis.hget(Keys(f"{{mrs-{shard}}}").meta, "shards")


def test_the_first_worker_writes_the_number_down_and_another_number_is_refused(redis_client):
    store = RedisStore(redis_client, KEYS)
    store.agree(TERMS._replace(shards=4))

    with pytest.raises(InstallationMismatch, match="has 4 shards; set MRS_SHARDS to that"):
        store.agree(TERMS._replace(shards=8))

    store.agree(TERMS)  # one shard by its own prefix says no number
    assert 4 == store.agreed().shards


def test_a_worker_without_shards_writes_no_number(redis_client):
    RedisStore(redis_client, KEYS).agree(TERMS)

    assert not redis_client.hexists(KEYS.meta, "shards")


def test_a_new_shard_waits_until_another_has_confirmed_the_number(
    redis_url, redis_client, tmp_path
):
    settings = load_settings(redis_url=redis_url, shards=2, state_dir=tmp_path)
    first, second = Runtimes(settings).all

    with pytest.raises(InstallationMismatch) as refused:
        second.agree()
    first.agree()
    second.agree()

    assert "unsaid" == refused.value.matter
    assert [b"2", b"2"] == [number_in(redis_client, shard) for shard in range(2)]


def test_more_shards_than_there_are_get_nothing(redis_url, redis_client, tmp_path):
    for shard in Runtimes(load_settings(redis_url=redis_url, shards=2, state_dir=tmp_path)).all:
        shard.agree()
    more = Runtimes(load_settings(redis_url=redis_url, shards=3, state_dir=tmp_path))

    for shard in more.all:
        with pytest.raises(InstallationMismatch):
            shard.agree()

    assert not redis_client.exists("{mrs-2}:meta")


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_who_sends_or_asks_with_another_number_is_refused(
    redis_url, redis_client, monkeypatch, shards
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_SHARDS", str(shards))
    RedisStore(redis_client, KEYS).agree(TERMS._replace(shards=3))
    if shards == 1:  # a Redis that is no cluster has its one shard elsewhere
        submit([b"{}"])
        return

    with pytest.raises(SettingsRefused, match="has 3 shards"):
        submit([b"{}"] * 20)
    with pytest.raises(SettingsRefused, match="has 3 shards"), open_shards(load_settings()):
        pass


def test_a_commit_that_no_replica_has_stands_and_is_told(redis_client):
    store = RedisStore(redis_client, KEYS, replicas=1)
    store.agree(TERMS)
    entry_id = redis_client.xadd(KEYS.stream(LANE), {"event": b"one"}).decode()
    lease = store.take(LANE, "token", 60_000, TERMS)
    assert lease is not None

    with pytest.raises(NotReplicated, match="one replica"):
        store.commit(lease, Commit(store.load([], 1000).now, [entry_id]))

    assert 0 == redis_client.xlen(KEYS.stream(LANE))
