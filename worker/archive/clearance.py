"""Removes from the stream the entries that a file holds with identical bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from redis import Redis

from worker.archive.lines import FIELD
from worker.archive.manifest import ArchiveUnfit

_STEP: Final = 500

ArchivedEntry = tuple[str, bytes]


def clear(redis: Redis, stream: str, name: str, entries: Iterable[ArchivedEntry]) -> None:
    """
    Removes a file's entries from the stream, where they are still there.

    An entry with the same id and different bytes belongs to another installation, or to a restored
    one. It stays, and `ArchiveUnfit` is raised.
    """
    rest = iter(entries)
    while batch := list(islice(rest, _STEP)):
        there = _there(redis, stream, batch)
        same = [entry_id for entry_id, event in batch if there.get(entry_id) == {FIELD: event}]
        if len(same) < len(there):
            raise ArchiveUnfit(
                f"{name} does not match this Redis: the stream has a different determination under "
                "one of its ids. None of its entries was removed."
            )
        if same:
            redis.xdel(stream, *same)


def all_there(redis: Redis, stream: str, entries: Iterable[ArchivedEntry]) -> bool:
    """Whether the stream still has every entry of a file."""
    rest = iter(entries)
    while batch := list(islice(rest, _STEP)):
        there = _there(redis, stream, batch)
        if any(there.get(entry_id) != {FIELD: event} for entry_id, event in batch):
            return False
    return True


def _there(
    redis: Redis, stream: str, batch: Sequence[ArchivedEntry]
) -> dict[str, dict[bytes, bytes]]:
    """Returns the entries that the stream has, with their fields."""
    pipeline = redis.pipeline(transaction=False)
    for entry_id, _ in batch:
        pipeline.xrange(stream, min=entry_id, max=entry_id)
    answers: list[Any] = pipeline.execute()
    return {entry_id.decode(): fields for found in answers for entry_id, fields in found}
