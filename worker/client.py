"""Puts events into the queue, for Python programs; any other language does it with XADD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, starmap
from typing import Any, Final
from zlib import crc32

from redis import Redis

from worker.config.connections import impatient_client, redis_client
from worker.config.settings import Settings, load_settings
from worker.events.collection import as_bytes, must_be_many
from worker.events.typed import OutgoingEvent
from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.store.redis_info import memory_ratio, redis_facts
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
    with redis_client(settings) as client:
        for batch in _batches(starmap(as_bytes, enumerate(events, 1))):
            yield _send(client, settings.prefix, batch, replicas, replica_milliseconds)


class EventDoor:
    """
    The door of an installation, for a program that sends batch after batch.

    Nothing is tried a second time: whoever sends decides when, and a batch that came twice has one
    effect.
    """

    def __init__(self, settings: Settings) -> None:
        self._client = impatient_client(settings)
        self._prefix = settings.prefix
        self._memory_high = settings.memory_high

    def send(self, events: Sequence[bytes]) -> None:
        """Sends events as they are, and waits until Redis has them all. Raises `RedisError`."""
        _send(self._client, self._prefix, events)

    def has_room(self, waiting_max: int) -> bool:
        """
        Whether fewer events wait at the door, and Redis has memory as a worker needs it.

        Raises `RedisError` and `StoreUnavailable`.
        """
        if memory_ratio(redis_facts(self._client)) >= self._memory_high:
            return False
        return all(self._client.xlen(door) < waiting_max for door in doors(self._prefix))

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()


def door_of(event: bytes, prefix: str) -> str:
    """The stream at which an event enters: that of its member's shard, of which there is one."""
    del event
    (door,) = doors(prefix)
    return door


def doors(prefix: str) -> tuple[str, ...]:
    """All streams at which events enter."""
    return (Keys(prefix).door,)


def shard_of(member_id: str, shards: int) -> int:
    """
    The shard of a member, when an installation is spread over several prefixes.

    All events of a member must go to the same shard. It is derived from other bits than the lane
    is, so that every shard uses all its lanes. Any language's CRC-32 gives the same result.
    """
    return (crc32(member_id.encode()) >> 16) % shards


def _send(
    client: Redis,
    prefix: str,
    events: Sequence[bytes],
    replicas: int = 0,
    replica_milliseconds: int = 1000,
) -> list[str]:
    """One pipeline; returns the ids of the entries once all are acknowledged."""
    pipeline = client.pipeline(transaction=False)
    for event in events:
        pipeline.xadd(door_of(event, prefix), {"event": event})
    if replicas:  # in the same pipeline: WAIT covers its own connection's writes
        pipeline.wait(replicas, replica_milliseconds)
    answers = pipeline.execute()
    if replicas and answers.pop() < replicas:
        raise NotReplicated(
            f"Fewer than {counted(replicas, 'replica')} acknowledged the last events."
        )
    return [entry_id.decode() for entry_id in answers]


def _batches(events: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(events)
    while batch := list(islice(source, BATCH)):
        yield batch
