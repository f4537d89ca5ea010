"""
The shards of an installation: each has a prefix of its own, and its keys are in one slot.

A shard is an installation of its own in all but name: streams, records, counters and the id of the
installation stand under its prefix. What is asked of an installation is asked of each shard.
"""

from __future__ import annotations

from zlib import crc32

from worker.config.redis_url import parse_redis_url
from worker.config.settings import Settings


def is_sharded(settings: Settings) -> bool:
    """Whether keys stand under a prefix for each shard: with several shards, or in a cluster."""
    return settings.shards > 1 or parse_redis_url(settings.redis_url.get_secret_value()).is_cluster


def prefix_of(settings: Settings, shard: int) -> str:
    """
    The prefix of a shard: `{mrs-0}`, `{mrs-1}` and so on, so that each is in one slot.

    The one shard of a Redis that is no cluster has the prefix of the settings, and so has one whose
    prefix has a hash tag of its own.
    """
    if not is_sharded(settings) or "{" in settings.prefix:
        return settings.prefix
    return f"{{{settings.prefix}-{shard}}}"


def shards_said(settings: Settings) -> int:
    """The number of shards that the settings say; 0: none, as they name one by its own prefix."""
    return settings.shards if is_sharded(settings) and "{" not in settings.prefix else 0


def shards_of(settings: Settings) -> tuple[Settings, ...]:
    """The settings of each shard, in order: the same but for the prefix."""
    return tuple(
        settings.model_copy(update={"prefix": prefix_of(settings, shard), "shards": 1})
        for shard in range(settings.shards)
    )


def shard_of(member_id: str, shards: int) -> int:
    """
    The shard of a member, when an installation is spread over several prefixes.

    All events of a member must go to the same shard. It is derived from other bits than the lane
    is, so that every shard uses all its lanes. Any language's CRC-32 gives the same result.
    """
    return (crc32(member_id.encode()) >> 16) % shards
