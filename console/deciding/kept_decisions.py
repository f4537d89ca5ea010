"""
Decisions that wait for another person: kept here, and no event until the second has decided.

A denial under a plan that asks for two persons is kept until another person denies too. Where the
second differs, a senior who is neither of the two decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, cast

import msgspec
from redis import Redis

from console.deciding.cases import Case
from rules.facts import ReviewDecision, ReviewLevel

# KEYS: what is kept. ARGV: what it holds now (empty: nothing), what it is to hold (empty: nothing).
_REPLACE: Final = """
local held = redis.call('GET', KEYS[1]) or ''
if held ~= ARGV[1] then
  return 0
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
return 1
"""

WaitsFor = Literal["second_person", "senior"]


class PersonsDecision(msgspec.Struct, frozen=True):
    """What one person decided, in that person's own words."""

    form_id: str
    by: str
    role: str
    """What the event has as `reviewer_role`."""
    credential: str | None
    decision: ReviewDecision
    reason: str
    level: ReviewLevel
    carc: str | None = None
    rarc: tuple[str, ...] | None = None


class KeptDecisions(msgspec.Struct, frozen=True):
    """What was decided so far of a case, and of which determination of it."""

    determination: str
    first: PersonsDecision
    second: PersonsDecision | None = None
    """Of a person who differs; None as long as nobody has."""

    @property
    def waits_for(self) -> WaitsFor:
        """Who is needed next."""
        return "second_person" if self.second is None else "senior"

    @property
    def persons(self) -> frozenset[str]:
        """Who has decided."""
        return frozenset(each.by for each in (self.first, self.second) if each is not None)


def kept_of(redis: Redis, prefix: str, case: Case) -> KeptDecisions | None:
    """What is kept of a case. Raises `redis.RedisError`."""
    held = cast("bytes | None", redis.get(kept_key(prefix, case)))
    return None if held is None else _decoded(held)


def waits(redis: Redis, prefix: str, cases: Iterable[Case]) -> dict[Case, WaitsFor]:
    """Which of some cases wait for a second person or a senior. One round trip."""
    asked = list(cases)
    if not asked:
        return {}
    found = cast("list[bytes | None]", redis.mget([kept_key(prefix, case) for case in asked]))
    return {
        case: _decoded(held).waits_for
        for case, held in zip(asked, found, strict=True)
        if held is not None
    }


def replace_kept(
    redis: Redis, prefix: str, case: Case, known: KeptDecisions | None, now: KeptDecisions | None
) -> bool:
    """
    Puts `now` in the place of what was `known`; False: something else is kept by now.

    None is nothing. Raises `redis.RedisError`.
    """
    script = redis.register_script(_REPLACE)
    return bool(script(keys=[kept_key(prefix, case)], args=[_encoded(known), _encoded(now)]))


def withdraw(redis: Redis, prefix: str, case: Case, person: str) -> bool:
    """
    Takes back a person's own first decision; False: there is none, or another has decided since.

    Raises `redis.RedisError`.
    """
    kept = kept_of(redis, prefix, case)
    if kept is None or kept.first.by != person or kept.second is not None:
        return False
    return replace_kept(redis, prefix, case, kept, None)


def kept_key(prefix: str, case: Case) -> str:
    """String: decisions of a case that wait for another person."""
    return f"{prefix}:console:first:{case.name}"


def _encoded(kept: KeptDecisions | None) -> bytes:
    return b"" if kept is None else msgspec.json.encode(kept)


def _decoded(held: bytes) -> KeptDecisions:
    return msgspec.json.decode(held, type=KeptDecisions)
