"""What the archive of each shard and the producers' events put back, after all shards are lost."""

from __future__ import annotations

import json

import pytest

from rules.loading.files import SHIPPED, load_library
from tests.support.archives import DAY, OPEN, PUBLISHED, run
from tests.support.sharded_days import ShardedDay, worked_off
from worker.config.settings import load_settings
from worker.sandbox.redis_server import EmbeddedRedis
from worker.store.shards import open_shards

SHARDS = 4


@pytest.fixture
def day(redis_server: EmbeddedRedis, tmp_path, monkeypatch) -> ShardedDay:
    """The day in four shards, all of which a group has read."""
    url = redis_server.url
    day = ShardedDay({"redis_url": url, "broker_url": url, "shards": SHARDS}, (redis_server,))
    for name, value in (day.environment | {"MRS_STATE_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    worked_off(day.settings, load_library(SHIPPED))
    with open_shards(load_settings()) as shards:
        for shard in shards:
            stream = shard.keys.determinations
            shard.redis.xgroup_create(stream, "billing", "0", mkstream=True)
            for _, entries in shard.redis.xreadgroup("billing", "c", {stream: ">"}):
                shard.redis.xack(stream, "billing", *(entry_id for entry_id, _ in entries))
    return day


def recorded() -> list[bytes]:
    """The members of each shard that have a record."""
    with open_shards(load_settings()) as shards:
        return sorted(
            key for each in shards for key in each.redis.scan_iter(f"{each.keys.prefix}:record:*")
        )


def test_every_shard_gets_back_its_own_members(day, tmp_path):
    del day
    archive, before = tmp_path / "archive", recorded()
    assert 0 == run("archive", str(archive)).exit_code
    with open_shards(load_settings()) as shards:
        shards[0].redis.flushdb()
    assert 0 == len(recorded())
    accepted = run("doctor", "--accept-new-installation")

    result = run("archive", "restore", str(archive), str(DAY), "--json")

    assert SHARDS == accepted.stderr.count("Accepted: shard ")
    assert 0 == result.exit_code, result.stderr
    said = json.loads(result.stdout)
    assert (PUBLISHED - OPEN, OPEN) == (said["known"], said["published"])
    assert (0, 0) == (said["restated"], said["there"])
    assert before == recorded()
