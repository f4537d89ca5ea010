"""Reads determinations as a consumer group, for Python programs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

import msgspec
from pydantic import ValidationError
from redis import Redis, exceptions

from worker.config.connections import impatient_client
from worker.config.settings import Settings, load_settings
from worker.contract.determination import DeterminedEvent
from worker.failures import RefusedError
from worker.store.shards import open_shards

REMEMBERED_MAX: Final = 10_000
"""How many ids a loop remembers by itself, to drop repeats."""

TAKEN_OVER_AFTER_SECONDS: Final = 60
"""So long another consumer of the group may hold an entry before it counts as gone."""

_BATCH = 100
_BLOCK_SECONDS = 1.0
"""Below the time after which a connection counts as dead."""
_REST_SECONDS = (0.1, 0.5, 1.0, 5.0)
_AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
)


class _Data(msgspec.Struct):
    member_id: str


class _Envelope(msgspec.Struct):
    id: str
    data: _Data


_decode = msgspec.json.Decoder(_Envelope).decode

_Entry = tuple[bytes, dict[bytes, bytes] | None]


class NotADetermination(RefusedError):
    """An entry of the stream is no determination; the message says which. It stays pending."""


def consume(
    group: str,
    *,
    consumer: str | None = None,
    is_known: Callable[[str], bool] | None = None,
    idle_seconds: float | None = None,
    redis_url: str | None = None,
    prefix: str | None = None,
) -> Iterator[DeterminedEvent]:
    """
    The determinations for a consumer group, each once, in the order of the stream.

    The group is created where there is none, and begins with the oldest determination. One is
    acknowledged when the next is asked for: what is in hand when the loop is left, by `break` or
    by an exception, comes again. What another `consumer` of the group has held for a minute is
    taken over.

    A determination may be in the stream twice. `is_known` says whether the effect of an id has
    taken place, best from the same database as the effect; without it the last 10,000 ids of this
    loop are remembered. `idle_seconds`: the loop ends after so long without news; None: never.

    While Redis is away it is asked again and again. Raises `NotADetermination`, and
    `redis.RedisError` where Redis refuses.
    """
    given = {"redis_url": redis_url, "prefix": prefix}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    remembered: dict[str, None] = {}
    with _readers(settings, group, consumer) as readers:
        for reader, entry_id, fields in _entries(readers, idle_seconds):
            # One that was removed from the stream while it was pending has no fields left.
            event = _event_in(entry_id, fields) if fields else None
            if event and event.id not in remembered and not (is_known and is_known(event.id)):
                yield event
                remembered[event.id] = None
                if len(remembered) > REMEMBERED_MAX:
                    del remembered[next(iter(remembered))]
            reader.acknowledge(entry_id)


class ReadDetermination(NamedTuple):
    """A determination with its bytes, and by whose id it is."""

    id: str
    member_id: str
    event: bytes


def determination_batches(
    settings: Settings, group: str, *, consumer: str | None = None
) -> Iterator[Sequence[ReadDetermination]]:
    """
    The determinations for a consumer group, batch by batch, as `consume` gives them one by one.

    A batch is acknowledged when the next is asked for. An empty one comes within seconds where
    there is no news, and while Redis is away. One that is in the stream twice comes twice. Raises
    `NotADetermination`, and `redis.RedisError` where Redis refuses.
    """
    with _readers(settings, group, consumer) as readers:
        for reader, batch in _batches(readers, _BLOCK_SECONDS):
            yield [_read_in(entry_id, fields) for entry_id, fields in batch if fields]
            if batch:
                reader.acknowledge(*(entry_id for entry_id, _ in batch))


def _entries(
    readers: Sequence[_Reader], idle_seconds: float | None
) -> Iterator[tuple[_Reader, bytes, dict[bytes, bytes] | None]]:
    heard_at = monotonic()
    for reader, batch in _batches(readers, min(_BLOCK_SECONDS, idle_seconds or _BLOCK_SECONDS)):
        for entry_id, fields in batch:
            yield reader, entry_id, fields
        if batch or any(each.is_away for each in readers):
            heard_at = monotonic()
        elif idle_seconds is not None and monotonic() - heard_at >= idle_seconds:
            return


def _batches(
    readers: Sequence[_Reader], block_seconds: float
) -> Iterator[tuple[_Reader, Sequence[_Entry]]]:
    """Those of all shards in turns; each shard waits for a share of the time."""
    while True:
        for reader in readers:
            yield reader, reader.next_batch(block_seconds / len(readers))


@contextmanager
def _readers(settings: Settings, group: str, consumer: str | None) -> Iterator[Sequence[_Reader]]:
    """One a shard."""
    rests: dict[int, float] = {}
    with open_shards(settings, impatient_client) as shards:
        yield [
            _Reader(each.redis, each.keys.determinations, group, consumer or _me(), rests)
            for each in shards
        ]


class _Reader:
    """One consumer of a group."""

    def __init__(
        self, client: Redis, stream: str, group: str, consumer: str, rests: dict[int, float]
    ) -> None:
        """`rests`: until when a node is left alone, for all readers: each would wait for it."""
        self._client: Any = client
        self._rests = rests
        self._stream = stream
        self._group = group
        self._consumer = consumer
        self._after = "0"
        """`0`: first what was given to us and is not acknowledged; then `>`, what is new."""
        self._failures = 0
        self._node = 0

    @property
    def is_away(self) -> bool:
        """Whether its Redis did not answer the last time."""
        return self._failures > 0

    def next_batch(self, block_seconds: float) -> Sequence[_Entry]:
        """What is there, or comes within some time; nothing while Redis is away."""
        try:
            self._node = id(self._client.connection_pool)
            if (rests := self._rests.get(self._node, 0) - monotonic()) > 0:
                sleep(min(block_seconds, rests))
                return ()
            batch = self._read(block_seconds)
        except _AWAY:
            self._after = "0"  # an answer that was lost may have given us entries
            seconds = _REST_SECONDS[min(self._failures, len(_REST_SECONDS) - 1)]
            self._failures += 1
            self._rests[self._node] = monotonic() + seconds
            sleep(min(block_seconds, seconds))
            return ()
        self._failures = 0
        if not batch and self._after == "0":
            self._after = ">"
            return self.next_batch(block_seconds)
        return batch

    def acknowledge(self, *entry_ids: bytes) -> None:
        try:
            self._client.xack(self._stream, self._group, *entry_ids)
        except _AWAY:
            self._after = "0"  # it comes again, and is dropped as known

    def _read(self, block_seconds: float) -> Sequence[_Entry]:
        wanted = {self._stream: self._after}
        block = max(1, int(1000 * block_seconds))
        try:
            if self._after == "0":
                self._take_over()
            found = self._client.xreadgroup(
                self._group, self._consumer, wanted, count=_BATCH, block=block
            )
        except exceptions.ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            self._create_group()
            return ()
        return found[0][1] if found else ()

    def _take_over(self) -> None:
        self._client.xautoclaim(
            *(self._stream, self._group, self._consumer, 1000 * TAKEN_OVER_AFTER_SECONDS),
            count=_BATCH,
            justid=True,
        )

    def _create_group(self) -> None:
        with suppress(exceptions.ResponseError):  # another consumer was first
            self._client.xgroup_create(self._stream, self._group, id="0", mkstream=True)


def _event_in(entry_id: bytes, fields: dict[bytes, bytes]) -> DeterminedEvent:
    with suppress(ValidationError):
        return DeterminedEvent.model_validate_json(fields.get(b"event", b""), strict=True)
    raise NotADetermination(f"Entry {entry_id.decode()} is no determination.")


def _read_in(entry_id: bytes, fields: dict[bytes, bytes]) -> ReadDetermination:
    event = fields.get(b"event", b"")
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        told = _decode(event)
        return ReadDetermination(told.id, told.data.member_id, event)
    raise NotADetermination(f"Entry {entry_id.decode()} is no determination.")


def _me() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()}-{os.getpid()}"
