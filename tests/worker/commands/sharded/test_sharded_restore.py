"""What the archive of each shard and the producers' events put back, after all shards are lost."""

from __future__ import annotations

import json

import pytest

from tests.support.archives import DAY, OPEN, PUBLISHED, run
from tests.support.sharded_days import SHARDS, ShardedDay, four_shards_read
from worker.config.settings import load_settings
from worker.sandbox.redis_server import EmbeddedRedis
from worker.store.shards import open_shards


@pytest.fixture
def day(redis_server: EmbeddedRedis, tmp_path, monkeypatch) -> ShardedDay:
    """The day in four shards, all of which a group has read."""
    return four_shards_read(redis_server, monkeypatch, tmp_path)


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
