"""Records which archive an installation has, and how far its stream has been cleared."""

from __future__ import annotations

from typing import NamedTuple, cast

from redis import Redis

from worker.failures import RetryableError
from worker.store.keys import Keys

_ARCHIVE, _FILES = b"archive", b"files"


class Marker(NamedTuple):
    """Kept in the same Redis as the stream, so that a backup holds both in a consistent state."""

    archive: str
    """The archive's id."""
    cleared: int
    """Number of its files whose entries are no longer in the stream."""


class ArchiveNeeded(RetryableError):
    """Determinations are in an archive, and no archive was named."""

    def __init__(self) -> None:
        super().__init__(
            "Determinations of this installation were archived: name the folder with --archive."
        )


def marker_of(redis: Redis, keys: Keys) -> Marker | None:
    """Returns the marker; None: nothing was ever archived."""
    found = cast("dict[bytes, bytes]", redis.hgetall(keys.archived))
    if _ARCHIVE not in found:
        return None
    return Marker(found[_ARCHIVE].decode(), int(found.get(_FILES, b"0")))


def write_marker(redis: Redis, keys: Keys, marker: Marker) -> None:
    """Replaces the marker."""
    fields = {_ARCHIVE: marker.archive, _FILES: str(marker.cleared)}
    redis.hset(keys.archived, mapping=fields)  # type: ignore[arg-type]  # bytes are names too
