"""Finds claims by their id or by their member, whatever became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from redis import Redis

from worker.determinations.read import members_with
from worker.explain.billed_lines import BilledLine, billed_in
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import Keys
from worker.store.member_state import decode_member

FOUND_MAX: Final = 200
"""Lines that one search finds at most."""


class KnownLine(NamedTuple):
    """A line of a claim that is on record."""

    member_id: str
    claim_id: str
    line: int
    billed: BilledLine


def known_lines(redis: Redis, keys: Keys, wanted: str) -> Sequence[KnownLine]:
    """
    The lines of every claim with an id, and of every claim of a member with that id.

    The latest day of service comes first. Raises `redis.RedisError`.
    """
    found: list[KnownLine] = []
    for member_id in dict.fromkeys([wanted, *members_with(redis, keys, wanted)]):
        stored: Any = redis.get(keys.record(member_id))
        if stored is not None:
            record = decode_member(stored[STAMP_BYTES:]).record
            found += [
                KnownLine(member_id, claim_id, line, billed)
                for (claim_id, line), billed in billed_in(record)
                if wanted in (member_id, claim_id)
            ]
    found.sort(key=lambda one: (one.billed.on, one.claim_id, -one.line), reverse=True)
    return found[:FOUND_MAX]
