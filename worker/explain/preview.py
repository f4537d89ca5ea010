"""What would be decided of a claim that is not submitted: in memory, and nothing is recorded."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from rules.facts import Claim
from rules.library_model import Library
from rules.member.member import Member
from rules.member.open_member import apply
from worker.determinations.data import DataView
from worker.determinations.publish import data_of
from worker.events.decode import Refusal, decode
from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.store.member_state import member_of
from worker.store.redis import RedisStore

_ANY_SIZE = 0
"""Minimum bytes to request; the record is read whole whatever its size."""


_AWAY = (RedisError, RetryableError)


class ClaimPreview(NamedTuple):
    """What would be decided."""

    lines: tuple[DataView, ...]
    """One for each line, in their order."""
    with_history: bool
    """Whether what is recorded of the member was looked at; else it could not be read."""


def preview_of(raw: bytes, library: Library, redis: Redis, prefix: str) -> ClaimPreview:
    """
    What would be decided of the claim of an event that `decode` accepts, if it came now.

    Where the record of its member cannot be read (Redis is away, or the login may not), it is
    decided as if nothing were known.
    """
    event = decode(raw, library.remittance)
    assert not isinstance(event, Refusal)
    assert isinstance(event.fact, Claim)
    member = _recorded(redis, prefix, event.member_id)
    applied = apply(member or Member(), event, sha256(raw).digest(), library)
    found = [
        data_of(publication, event.member_id, library)
        for publication in applied.publications
        if publication.determination.claim_id == event.fact.claim_id
    ]
    return ClaimPreview(tuple(sorted(found, key=_line)), member is not None)


def _recorded(redis: Redis, prefix: str, member_id: str) -> Member | None:
    try:
        (stored,) = RedisStore(redis, Keys(prefix)).load([member_id], _ANY_SIZE).members
    except _AWAY:
        return None
    return member_of(stored)


def _line(data: DataView) -> int:
    return int(data["line"])
