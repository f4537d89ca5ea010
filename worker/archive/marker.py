"""What an installation knows of its archive: which it is, and how far its stream is cleared."""

from __future__ import annotations

from typing import NamedTuple, cast

from redis import Redis

from worker.failures import RetryableError
from worker.store.keys import Keys

_ARCHIVE, _FILES = b"archive", b"files"


class Marker(NamedTuple):
    """It stands in the same Redis as the stream, so that a backup holds both as they were."""

    archive: str
    """Id of the archive."""
    cleared: int
    """Of so many of its files nothing stands in the stream any more."""


class ArchiveNeeded(RetryableError):
    """Determinations are in an archive, and none was named."""

    def __init__(self) -> None:
        super().__init__(
            "Determinations of this installation were archived: name the folder with --archive."
        )


def marker_of(redis: Redis, keys: Keys) -> Marker | None:
    """What is known; None: nothing was ever archived."""
    found = cast("dict[bytes, bytes]", redis.hgetall(keys.archived))
    if _ARCHIVE not in found:
        return None
    return Marker(found[_ARCHIVE].decode(), int(found.get(_FILES, b"0")))


def write_marker(redis: Redis, keys: Keys, marker: Marker) -> None:
    """Puts it in the place of the one before."""
    fields = {_ARCHIVE: marker.archive, _FILES: str(marker.cleared)}
    redis.hset(keys.archived, mapping=fields)  # type: ignore[arg-type]  # bytes are names too
