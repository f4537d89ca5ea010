"""What a ready worker announces of itself in Redis, so that the workers can be counted."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from secrets import token_hex
from typing import Final

import msgspec
from redis import Redis

from rules.library_model import Library
from worker.config.connections import impatient_client
from worker.config.settings import Settings
from worker.store.keys import Keys
from worker.store.scripts import Scripts

PRESENT_SECONDS_MAX: Final = 5.0
"""How long a worker counts as ready after an announcement, which it repeats; a lease at most."""


class WorkerEntry(msgspec.Struct, frozen=True):
    """One worker with its children, and the library that it decides by."""

    worker: str
    generation: int
    library: str
    """Digest."""
    policy_versions: dict[str, str | None]
    """Each version with the month of its next review, for an exporter of an earlier release."""
    icd10cm_until: date | None = None
    """The first day that the table of diagnoses does not know; None: of an earlier release."""
    policies: dict[str, dict[str, str | None]] = {}
    """Policy id -> its versions, each with the month of its next review; empty: as above."""

    def versions_by_policy(self, unnamed_policy: str) -> Mapping[str, Mapping[str, str | None]]:
        """Each policy's versions with the month of their next review."""
        return self.policies or {unnamed_policy: self.policy_versions}


def presence_of(library: Library, worker: str) -> WorkerEntry:
    """The announcement of a worker with a library."""
    return WorkerEntry(
        worker=worker,
        generation=library.generation,
        library=library.digest,
        policy_versions={version.version: version.next_review for version in library.versions},
        icd10cm_until=library.icd10cm.knows_to,
        policies={
            policy.policy_id: {version.version: version.next_review for version in policy.versions}
            for policy in library.policies
        },
    )


def said_by(announcements: Iterable[bytes]) -> Iterator[WorkerEntry]:
    """The workers behind announcements, except those that only a later release can read."""
    for announcement in announcements:
        try:
            yield msgspec.json.decode(announcement, type=WorkerEntry)
        except msgspec.DecodeError:
            continue


class Announcer:
    """Announces whether a worker is ready; to be repeated each second."""

    def __init__(
        self,
        client: Redis,
        keys: Keys,
        presence: WorkerEntry,
        lease_seconds: float = PRESENT_SECONDS_MAX,
    ) -> None:
        self._milliseconds = round(min(lease_seconds, PRESENT_SECONDS_MAX) * 1000)
        self._scripts = Scripts(client)
        self._key = keys.workers
        self._said = msgspec.json.encode(presence)

    def __call__(self, ready: bool) -> None:  # a plain yes or no
        """Announces the worker, or withdraws the announcement; raises `RetryableError`."""
        milliseconds = self._milliseconds if ready else 0
        self._scripts.run("present", [self._key], self._said, milliseconds)


def announcer_of(settings: Settings, library: Library) -> Announcer:
    """The announcer of this process, with its own connection and name."""
    client = impatient_client(settings)
    presence = presence_of(library, _name_of(os.getpid()))
    return Announcer(client, Keys(settings.prefix), presence, settings.lease_seconds)


@cache
def _name_of(process: int) -> str:
    """The same in each shard, so that a worker is counted once."""
    return f"{socket.gethostname()}:{process}:{token_hex(4)}"
