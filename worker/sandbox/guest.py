"""Runs workers beside an installation: on its Redis, under a prefix of their own."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from redis import Redis

from worker.config.connections import broker_of, redis_client
from worker.config.settings import Settings
from worker.processes.graceful_exit import ends_in_good_order
from worker.sandbox.installation import OwnWorkers
from worker.store.keys import GUEST, Keys

_AT_ONCE: Final = 1000
"""Keys that one command looks at or removes, so that no call holds Redis for long."""

_SHARED: Final = ("lanes", "max_attempts", "lease_seconds", "memory_high", "accept_risks")
_FOLDERS: Final = ("library", "plans")


def guest_prefix(prefix: str) -> str:
    """Returns a new prefix below that of an installation; the hash tag of a shard stays in it."""
    return f"{prefix}:{GUEST}{secrets.token_hex(4)}"


@contextmanager
def guest_keys(host: Settings, prefix: str) -> Iterator[None]:
    """
    Lets keys be written under the prefix, and removes them all at the end, also in the broker.

    Raises `redis.RedisError` before anything is started, if the login may not write there.
    """
    with redis_client(host) as redis, redis_client(broker_of(host)) as broker:
        redis.xadd(Keys(prefix).door, {"event": b""})
        _clear(redis, prefix)
        try:
            yield
        finally:
            _clear(redis, prefix)
            _clear(broker, prefix)


@contextmanager
def guest_workers(
    host: Settings, prefix: str, *, workers: int, settings: Mapping[str, object]
) -> Iterator[OwnWorkers]:
    """
    Workers of the caller's own on the Redis of an installation, while the block runs.

    They use the host's settings, except for `settings`, and only keys under `prefix`. Raises
    `NotStarted`.
    """
    with ends_in_good_order(), tempfile.TemporaryDirectory(prefix="mrs-guest-") as folder:
        own = OwnWorkers(Path(folder), _settings_of(host, prefix) | dict(settings), 1)
        try:
            for _ in range(workers):
                own.start_worker()
            own.wait_until_ready()
            yield own
        finally:
            own.stop()


def _settings_of(host: Settings, prefix: str) -> dict[str, object]:
    addresses = {
        "redis_url": host.redis_url.get_secret_value(),
        "broker_url": host.broker_url.get_secret_value(),
    }
    folders = {name: getattr(host, name) for name in _FOLDERS}
    return (
        addresses
        | {"prefix": prefix, "shards": 1}
        | {name: getattr(host, name) for name in _SHARED}
        | {name: folder and folder.resolve() for name, folder in folders.items()}
    )


def _clear(redis: Redis, prefix: str) -> None:
    """Removes all keys under the prefix, which has no character that means more in a pattern."""
    found: list[bytes] = []
    for key in redis.scan_iter(f"{prefix}:*", count=_AT_ONCE):
        found.append(key)
        if len(found) == _AT_ONCE:
            redis.unlink(*found)
            found.clear()
    if found:
        redis.unlink(*found)
