"""The history of one claim: everything published of its lines, and its member's record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from redis import Redis

from rules.history.record import Record
from rules.library_model import Library
from worker.archive.archive import Archive
from worker.archive.shard_archives import ShardArchives
from worker.determinations.data import Data, DataView
from worker.determinations.read import events_of, history_in, members_with, times_in
from worker.determinations.sharded_claims import members_of_claim
from worker.events.decode import Refusal
from worker.events.files import EventLine, event_lines
from worker.explain.event_trace import Following
from worker.failures import MissingError
from worker.store.keys import Keys
from worker.store.member_state import member_of
from worker.store.redis import RedisStore
from worker.store.shard_presence import PresentShards

_ANY_SIZE = 0
"""Minimum bytes to request; the first record is read whole whatever its size."""


class ClaimHistory(NamedTuple):
    """A claim of one member."""

    lines: dict[int, list[Data]]
    """What was published for each line, in order of revision."""
    record: Record
    absent: int = 0
    """Number of the member's determinations that were not found: they may be archived."""
    member_id: str = ""
    times: Mapping[tuple[int, int], datetime] = {}
    """When each was published, by line and revision; empty if they were derived in memory."""

    def day_of(self, data: DataView) -> date | None:
        """
        The day (UTC) of a determination: of its publishing, else of the event that caused it.

        None: it was derived in memory, and a new library alone caused it.
        """
        published = self.times.get((data["line"], data["revision"]))
        if published is not None:
            return published.date()
        cause = (data["caused_by"].get("source"), data["caused_by"].get("id"))
        for origin, _ in self.record.entries():
            if (origin.source, origin.id) == cause:
                return origin.time.date()
        return None


class NoSuchClaim(MissingError):
    """Nobody has a claim with this id, or the named member has none."""


class NoneFound(NoSuchClaim):
    """The claim is known, but nothing published of it was found."""


class SeveralMembers(MissingError):
    """Several members have a claim with this id, and no member was named."""

    def __init__(self, members: Sequence[str]) -> None:
        self.members = members
        super().__init__("several members have a claim of this id")


def claim_in_redis(
    redis: Redis, keys: Keys, claim_id: str, member: str | None, archive: Archive | None = None
) -> ClaimHistory:
    """
    Reads a claim as the queue published it, from Redis and from an archive.

    Raises `NoSuchClaim`, `NoneFound`, `SeveralMembers` and `ArchiveUnfit`.
    """
    having = members_with(redis, keys, claim_id)
    chosen = member if member is not None else only_member(having)
    # First, so that what the record holds is decided in what is read next: one commit writes both.
    (stored,) = RedisStore(redis, keys).load([chosen], _ANY_SIZE).members
    published = dict(events_of(redis, keys, chosen))
    if archive is not None:
        left = [entry_id for entry_id, event in published.items() if event is None]
        published |= archive.find(left)
    found = [event for event in published.values() if event is not None]
    lines = history_in(found, claim_id)
    absent = sum(event is None for event in published.values())
    if not lines:
        raise NoneFound(chosen) if absent and chosen in having else NoSuchClaim(chosen)
    record = member_of(stored).record
    return ClaimHistory(lines, record, absent, chosen, times_in(found, claim_id))


def claim_in_shards(
    shards: PresentShards, claim_id: str, member: str | None, archive: ShardArchives | None = None
) -> ClaimHistory:
    """
    Reads a claim from the shard of its member, whichever that is; see `claim_in_redis`.

    Raises `ShardsAway` too, where the member's shard does not answer.
    """
    chosen = member if member is not None else only_member(members_of_claim(shards, claim_id))
    shard = shards.with_member(chosen)
    kept = archive and archive.of(shard)
    return claim_in_redis(shard.redis, shard.keys, claim_id, chosen, kept)


def claim_in_events(
    files: Iterable[str],
    claim_id: str,
    member: str | None,
    library: Library,
    on_refusal: Callable[[EventLine, Refusal], None],
) -> ClaimHistory:
    """Derives a claim from events in files; raises `NoSuchClaim` or `SeveralMembers`."""
    following = Following(library, claim_id)
    for line in event_lines(files):
        refusal = following.take(line.raw)
        if refusal is not None:
            on_refusal(line, refusal)
    chosen = member if member is not None else only_member(following.members)
    lines = following.history_of(chosen)
    if not lines:
        raise NoSuchClaim(chosen)
    return ClaimHistory(lines, following.member(chosen).record)


def only_member(members: Sequence[str]) -> str:
    """The one member; raises `NoSuchClaim` or `SeveralMembers`."""
    if not members:
        raise NoSuchClaim
    if len(members) > 1:
        raise SeveralMembers(members)
    return members[0]
