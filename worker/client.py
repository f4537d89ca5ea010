"""Puts events into the queue, for Python programs; any other language does it with XADD."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, starmap
from typing import Any, Final, Self
from zlib import crc32

from redis import Redis

from worker.config.connections import impatient_client, redis_client
from worker.config.settings import Settings, load_settings
from worker.config.shards import shard_of, shards_of, shards_said
from worker.events.collection import as_bytes, must_be_many
from worker.events.decode import read_member_id
from worker.events.typed import OutgoingEvent
from worker.failures import NotReplicated
from worker.store.keys import Keys
from worker.store.redis_info import memory_ratio, redis_facts
from worker.store.scripts import REPLICA_MILLISECONDS
from worker.store.shard_presence import look_for
from worker.store.shards import must_be_so_many, open_shards

BATCH: Final = 500


def submit(
    events: Iterable[bytes | str | Mapping[str, Any] | OutgoingEvent],
    *,
    redis_url: str | None = None,
    prefix: str | None = None,
    replicas: int | None = None,
    replica_milliseconds: int = REPLICA_MILLISECONDS,
) -> list[str]:
    """
    Sends events and returns the ids of their stream entries, in order.

    When it returns, Redis has acknowledged all of them, and `replicas` replicas have them; None:
    as many as `MRS_WAIT_REPLICAS` says. On any exception send them again with the same `source` and
    `id`: a repeated event has one effect. Address and prefix default to those of the environment.
    Raises `SettingsRefused` where the installation has another number of shards,
    `redis.RedisError`, `NotReplicated`, `NotEncodable`, and `TypeError` for what is no collection
    of events. No exception holds any part of an event, so that it may be logged.
    """
    must_be_many(events, "submit")
    given = {"redis_url": redis_url, "prefix": prefix}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    sent = send_in_batches(events, settings, replicas, replica_milliseconds)
    return list(chain.from_iterable(sent))


def send_in_batches(
    events: Iterable[bytes | str | Mapping[str, Any] | OutgoingEvent],
    settings: Settings,
    replicas: int | None = None,
    replica_milliseconds: int = REPLICA_MILLISECONDS,
) -> Iterator[list[str]]:
    """Sends events as `submit` does; yields the ids of each batch once it is acknowledged."""
    with Doors(settings, replicas, replica_milliseconds) as doors:
        for batch in _batches(starmap(as_bytes, enumerate(events, 1))):
            yield doors.send(batch)


def shard_of_event(event: bytes, shards: int) -> int:
    """The shard to which an event goes: that of its member; where none can be read, its bytes'."""
    member_id = read_member_id(event)
    return crc32(event) % shards if member_id is None else shard_of(member_id, shards)


def shards_away(settings: Settings) -> Sequence[int]:
    """The shards that do not answer, in bounded time; raises what the first raised if none does."""
    with open_shards(settings, impatient_client) as shards:
        found = look_for(shards)
        if not found.away:
            found.answering[0].redis.ping()  # of a single one nothing was asked yet
        return found.away


class Doors:
    """The doors of all shards; each is connected to when it is first used."""

    def __init__(
        self,
        settings: Settings,
        replicas: int | None = None,
        replica_milliseconds: int = REPLICA_MILLISECONDS,
        connect: Callable[[Settings], Redis] = redis_client,
    ) -> None:
        self._shards = shards_of(settings)
        self._said = shards_said(settings)
        self._connect = connect
        self._replicas = settings.wait_replicas if replicas is None else replicas
        self._replica_milliseconds = replica_milliseconds
        self._clients: dict[int, Redis] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, events: Sequence[bytes]) -> list[str]:
        """Sends each to its member's shard; the ids of the entries, in the order of the events."""
        by_shard: dict[int, list[int]] = {}
        for position, event in enumerate(events):
            by_shard.setdefault(self._shard(event), []).append(position)
        ids = [""] * len(events)
        for shard, positions in by_shard.items():
            sent = self._send(shard, [events[position] for position in positions])
            for position, entry_id in zip(positions, sent, strict=True):
                ids[position] = entry_id
        return ids

    def has_room(self, waiting_max: int, memory_high: float) -> bool:
        """
        Whether at each door fewer events wait, and each Redis has memory as a worker needs it.

        Raises `RedisError` and `StoreUnavailable`.
        """
        for shard, settings in enumerate(self._shards):
            client = self._client(shard)
            if memory_ratio(redis_facts(client)) >= memory_high:
                return False
            if client.xlen(Keys(settings.prefix).door) >= waiting_max:
                return False
        return True

    def close(self) -> None:
        """Closes the connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, shard: int) -> Redis:
        if shard not in self._clients:
            client = self._connect(self._shards[shard])
            if self._said:
                self._must_be_so_many(shard, client)
            self._clients[shard] = client
        return self._clients[shard]

    def _must_be_so_many(self, shard: int, client: Redis) -> None:
        """A shard tells by itself, and a new one by the first."""
        is_told = must_be_so_many(self._said, client, Keys(self._shards[shard].prefix))
        if not is_told and shard:
            self._client(0)

    def _send(self, shard: int, events: Sequence[bytes]) -> list[str]:
        door = Keys(self._shards[shard].prefix).door
        pipeline = self._client(shard).pipeline(transaction=False)
        for event in events:
            pipeline.xadd(door, {"event": event})
        if self._replicas:  # in the same pipeline: WAIT covers its own connection's writes
            pipeline.wait(self._replicas, self._replica_milliseconds)
        answers = pipeline.execute()
        if self._replicas and answers.pop() < self._replicas:
            raise NotReplicated(self._replicas)
        return [entry_id.decode() for entry_id in answers]

    def _shard(self, event: bytes) -> int:
        """The shard of the member; without one that can be read, the bytes choose it."""
        if len(self._shards) == 1:
            return 0
        return shard_of_event(event, len(self._shards))


class EventDoor:
    """
    The door of an installation, for a program that sends batch after batch.

    Nothing is tried a second time: whoever sends decides when, and a batch that came twice has one
    effect.
    """

    def __init__(self, settings: Settings) -> None:
        self._doors = Doors(settings, connect=impatient_client)
        self._memory_high = settings.memory_high

    def send(self, events: Sequence[bytes]) -> None:
        """Sends events as they are, and waits until Redis has them all. Raises `RedisError`."""
        self._doors.send(events)

    def has_room(self, waiting_max: int) -> bool:
        """
        Whether fewer events wait at each door, and Redis has memory as a worker needs it.

        Raises `RedisError` and `StoreUnavailable`.
        """
        return self._doors.has_room(waiting_max, self._memory_high)

    def close(self) -> None:
        """Closes the connections."""
        self._doors.close()


def _batches(events: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(events)
    while batch := list(islice(source, BATCH)):
        yield batch
