"""Finds the members of a claim in all shards that answer."""

from __future__ import annotations

from worker.determinations.read import members_with
from worker.store.shard_presence import PresentShards


def members_of_claim(shards: PresentShards, claim_id: str) -> list[str]:
    """The members that have a claim of this id, sorted; raises `redis.RedisError`."""
    return sorted(
        member
        for each in shards.answering
        for member in members_with(each.redis, each.keys, claim_id)
    )
