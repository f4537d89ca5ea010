"""What a worker says of itself in Redis while it is ready, so that others can count the workers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from secrets import token_hex
from typing import Final

import msgspec
from redis import Redis

from rules.library_model import Library
from worker.config.connections import impatient_client
from worker.config.settings import Settings
from worker.store.keys import Keys
from worker.store.scripts import Scripts

PRESENT_MILLISECONDS: Final = 5000
"""So long a worker counts as ready after it last said so; it says so each second."""


class WorkerEntry(msgspec.Struct, frozen=True):
    """One worker, its children included, and the library that it decides by."""

    worker: str
    generation: int
    library: str
    """Digest."""
    policy_versions: dict[str, str | None]
    """Each version with the month of its next review."""


def presence_of(library: Library, worker: str) -> WorkerEntry:
    """What a worker with a library says."""
    return WorkerEntry(
        worker=worker,
        generation=library.generation,
        library=library.digest,
        policy_versions={version.version: version.next_review for version in library.versions},
    )


def said_by(announcements: Iterable[bytes]) -> Iterator[WorkerEntry]:
    """The workers behind announcements; of one that a later release wrote, nothing is known."""
    for announcement in announcements:
        try:
            yield msgspec.json.decode(announcement, type=WorkerEntry)
        except msgspec.DecodeError:
            continue


class Announcer:
    """Says whether a worker is ready; to be repeated each second."""

    def __init__(self, client: Redis, keys: Keys, presence: WorkerEntry) -> None:
        self._scripts = Scripts(client)
        self._key = keys.workers
        self._said = msgspec.json.encode(presence)

    def __call__(self, ready: bool) -> None:  # a yes or no is all it is
        """Announces, or takes the announcement back; raises `NotNow`."""
        milliseconds = PRESENT_MILLISECONDS if ready else 0
        self._scripts.run("present", [self._key], self._said, milliseconds)


def announcer_of(settings: Settings, library: Library) -> Announcer:
    """The announcer of this process, with a connection and a name of its own."""
    name = f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"
    client = impatient_client(settings)
    return Announcer(client, Keys(settings.prefix), presence_of(library, name))
