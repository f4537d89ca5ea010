"""Who took part in deciding a case here: an appeal goes to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from redis import Redis

from console.deciding.cases import Case


def deciders_of(redis: Redis, prefix: str, case: Case) -> frozenset[str]:
    """Everybody who took part, second persons too. Raises `redis.RedisError`."""
    found = cast("set[bytes]", redis.smembers(deciders_key(prefix, case)))
    return frozenset(each.decode() for each in found)


def note_deciders(redis: Redis, prefix: str, case: Case, persons: Iterable[str]) -> None:
    """Remembers persons who take part. Raises `redis.RedisError`."""
    redis.sadd(deciders_key(prefix, case), *persons)


def deciders_key(prefix: str, case: Case) -> str:
    """Set: the ids of the persons who took part in deciding a case."""
    return f"{prefix}:console:deciders:{case.name}"
