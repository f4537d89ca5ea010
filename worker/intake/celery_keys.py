"""Checks that Celery's own keys have the types that Celery expects; otherwise it would crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from worker.store.keys import Keys

_READS: Final[Mapping[str, Callable[[Redis, str], object]]] = {
    "drain": Redis.llen,
    "_kombu.binding.drain": Redis.smembers,
    "unacked": lambda client, key: client.hget(key, ""),
    "unacked_index": lambda client, key: client.zrange(key, 0, 0),
}
"""Each key with a command that works only on its type; Celery's login may use all of them."""


def spoiled_celery_keys(client: Redis, keys: Keys) -> list[str]:
    """The names of the keys with a wrong type; none if the broker does not answer."""
    spoiled = []
    for name, read in _READS.items():
        try:
            read(client, f"{keys.celery}{name}")
        except ResponseError as refused:
            if str(refused).startswith("WRONGTYPE"):
                spoiled.append(f"{keys.celery}{name}")
        except RedisError:
            return []
    return spoiled
