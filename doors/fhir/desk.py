"""What the endpoint does with a Claim that was read: send it, look for its determination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from doors.fhir.terms import DoorTerms
from rules.library_model import Library
from worker.client import send_in_batches, shards_away
from worker.config.connections import impatient_client
from worker.config.settings import Settings
from worker.config.shards import shard_of, shards_of
from worker.determinations.claim_watch import ClaimWatch
from worker.determinations.data import DataView
from worker.explain.preview import preview_of
from worker.failures import RetryableError

QueueAway = (RedisError, RetryableError)
"""What says that Redis cannot be asked at present."""

WITH_HISTORY = "It looked at this request and at what is recorded of the member."
WITHOUT_HISTORY = "It looked at this request alone: what is recorded of the member was not read."


class ClaimEvent(NamedTuple):
    """The event of a Claim, and what of it is needed to find its determination."""

    raw: bytes
    id: str
    data: dict[str, Any]

    @property
    def lines(self) -> set[int]:
        """The numbers of its lines."""
        return {line["line"] for line in self.data["lines"]}

    @property
    def charges(self) -> dict[int, str]:
        """What was submitted for each line that says so."""
        return {line["line"]: line["charge"] for line in self.data["lines"] if "charge" in line}


def claim_event(raw: bytes) -> ClaimEvent:
    """The event out of its bytes."""
    event = msgspec.json.decode(raw)
    return ClaimEvent(raw, event["id"], event["data"])


class QueueDesk:
    """An installation, by its settings."""

    def __init__(
        self, settings: Settings, terms: DoorTerms, library: Callable[[], Library]
    ) -> None:
        """`library` is loaded when the first preview is asked for."""
        self.terms = terms
        self._settings = settings
        self._load = library
        self._clients: dict[int, Redis] = {}

    def send(self, event: ClaimEvent) -> None:
        """Puts an event into the queue; when it returns, Redis has it. Raises of `QueueAway`."""
        for _ in send_in_batches([event.raw], self._settings):
            pass

    def watch(self, event: ClaimEvent) -> ClaimWatch:
        """What is published of the event's claim."""
        data = event.data
        member_id = data["member_id"]
        redis, prefix = self._shard_of(member_id)
        return ClaimWatch(redis, prefix, member_id, data["claim_id"])

    def is_there(self) -> bool:
        """Whether each shard answers: a claim may be of any of them."""
        try:
            return not shards_away(self._settings)
        except QueueAway:
            return False

    def preview(self, event: ClaimEvent) -> tuple[Sequence[DataView], str]:
        """What would be decided, and a sentence on what was looked at; nothing is recorded."""
        redis, prefix = self._shard_of(event.data["member_id"])
        preview = preview_of(event.raw, self._library, redis, prefix)
        return preview.lines, WITH_HISTORY if preview.with_history else WITHOUT_HISTORY

    def _shard_of(self, member_id: str) -> tuple[Redis, str]:
        """A client of the member's shard, the same each time, and its prefix."""
        number = shard_of(member_id, self._settings.shards)
        settings = shards_of(self._settings)[number]
        if number not in self._clients:
            self._clients[number] = impatient_client(settings)
        return self._clients[number], settings.prefix

    @cached_property
    def _library(self) -> Library:
        return self._load()


def determined(watch: ClaimWatch, event: ClaimEvent) -> list[DataView] | None:
    """
    The latest determination of each line, once all are there and one was made for this event.

    None: not yet, or they are in the archive. Raises of `QueueAway`.
    """
    history = watch.lines()
    made_for = {data["caused_by"].get("id") for each in history.values() for data in each}
    if event.id not in made_for or not event.lines <= history.keys():
        return None
    return [history[line][-1] for line in sorted(event.lines)]


def now() -> str:
    """This instant, to the second, in UTC."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
