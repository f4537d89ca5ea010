"""Puts events into the queue, for Python programs; any other language does it with XADD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, starmap
from typing import Any, Final
from zlib import crc32

from worker.config.connections import redis_client
from worker.config.settings import Settings, load_settings
from worker.events.collection import as_bytes, must_be_many
from worker.events.typed import OutgoingEvent
from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.terminal.counts import counted

BATCH: Final = 500


class NotReplicated(RetryableError):
    """Too few replicas have an event; send it again with the same `source` and `id`."""


def submit(
    events: Iterable[bytes | str | Mapping[str, Any] | OutgoingEvent],
    *,
    redis_url: str | None = None,
    prefix: str | None = None,
    replicas: int = 0,
    replica_milliseconds: int = 1000,
) -> list[str]:
    """
    Sends events and returns the ids of their stream entries, in order.

    When it returns, Redis has acknowledged all of them, and `replicas` replicas have them. On any
    exception send them again with the same `source` and `id`: a repeated event has one effect.
    Address and prefix default to those of the environment. Raises `redis.RedisError`,
    `NotReplicated`, `NotEncodable`, and `TypeError` for what is no collection of events. No
    exception holds any part of an event, so that it may be logged.
    """
    must_be_many(events, "submit")
    given = {"redis_url": redis_url, "prefix": prefix}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    sent = send_in_batches(events, settings, replicas, replica_milliseconds)
    return list(chain.from_iterable(sent))


def send_in_batches(
    events: Iterable[bytes | str | Mapping[str, Any] | OutgoingEvent],
    settings: Settings,
    replicas: int = 0,
    replica_milliseconds: int = 1000,
) -> Iterator[list[str]]:
    """Sends events as `submit` does; yields the ids of each batch once it is acknowledged."""
    door = Keys(settings.prefix).door
    with redis_client(settings) as client:
        for batch in _batches(starmap(as_bytes, enumerate(events, 1))):
            pipeline = client.pipeline(transaction=False)
            for event in batch:
                pipeline.xadd(door, {"event": event})
            if replicas:  # in the same pipeline: WAIT covers its own connection's writes
                pipeline.wait(replicas, replica_milliseconds)
            answers = pipeline.execute()
            if replicas and answers.pop() < replicas:
                raise NotReplicated(
                    f"Fewer than {counted(replicas, 'replica')} acknowledged the last events."
                )
            yield [entry_id.decode() for entry_id in answers]


def shard_of(member_id: str, shards: int) -> int:
    """
    The shard of a member, when an installation is spread over several prefixes.

    All events of a member must go to the same shard. It is derived from other bits than the lane
    is, so that every shard uses all its lanes. Any language's CRC-32 gives the same result.
    """
    return (crc32(member_id.encode()) >> 16) % shards


def _batches(events: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(events)
    while batch := list(islice(source, BATCH)):
        yield batch
