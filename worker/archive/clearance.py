"""Takes out of the stream what stands in a file, entry by entry and byte by byte the same."""

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
    Removes entries of a file from the stream, as far as they are there.

    What stands there under the same id with other bytes is another installation's, or a restored
    one's: it stays. Raises `ArchiveUnfit` for it.
    """
    rest = iter(entries)
    while batch := list(islice(rest, _STEP)):
        there = _there(redis, stream, batch)
        same = [entry_id for entry_id, event in batch if there.get(entry_id) == {FIELD: event}]
        if len(same) < len(there):
            raise ArchiveUnfit(
                f"{name} does not fit this Redis: under an id of it another determination stands "
                "in the stream. Nothing of it was removed."
            )
        if same:
            redis.xdel(stream, *same)


def all_there(redis: Redis, stream: str, entries: Iterable[ArchivedEntry]) -> bool:
    """Whether everything that a file holds stands in the stream too."""
    rest = iter(entries)
    while batch := list(islice(rest, _STEP)):
        there = _there(redis, stream, batch)
        if any(there.get(entry_id) != {FIELD: event} for entry_id, event in batch):
            return False
    return True


def _there(
    redis: Redis, stream: str, batch: Sequence[ArchivedEntry]
) -> dict[str, dict[bytes, bytes]]:
    """Those of the entries that the stream has, with their fields."""
    pipeline = redis.pipeline(transaction=False)
    for entry_id, _ in batch:
        pipeline.xrange(stream, min=entry_id, max=entry_id)
    answers: list[Any] = pipeline.execute()
    return {entry_id.decode(): fields for found in answers for entry_id, fields in found}
