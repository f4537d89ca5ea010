"""Records in Redis when archive and backup last succeeded, for the exporter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from redis import Redis

from worker.store.keys import Keys
from worker.store.scripts import failures_in_our_words, wrong_type_named

UpkeepJob = Literal["archive", "backup"]
JOBS: Final[tuple[UpkeepJob, ...]] = get_args(UpkeepJob)


def note_success(client: Redis, keys: Keys, job: UpkeepJob) -> None:
    """Records that a job has just succeeded, by Redis's time; raises `RetryableError`."""
    with failures_in_our_words(client):
        now: Any = client.time()
        client.hset(keys.upkeep, job, now[0])


def last_successes(client: Redis, keys: Keys) -> Mapping[UpkeepJob, int]:
    """
    When each job last succeeded, in seconds since 1970; 0 if never.

    Raises `RetryableError`.
    """
    with failures_in_our_words(client), wrong_type_named("upkeep"):
        noted: Any = client.hgetall(keys.upkeep)
    return {job: _seconds(noted.get(job.encode(), b"0")) for job in JOBS}


def _seconds(noted: bytes) -> int:
    """A value that is not a number was not written by us and counts as 0."""
    return int(noted) if noted.isdigit() else 0
