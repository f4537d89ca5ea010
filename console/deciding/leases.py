"""
Who has which case: a lease that ends by itself.

A lease is renewed by whatever its holder does with the case. Each taking has a token of its own, so
that an old page can neither give back nor renew what was taken anew since.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple, cast

import msgspec
from redis import Redis

from console.deciding.cases import Case

LEASE_MILLISECONDS: Final = 15 * 60 * 1000
"""How long a case stays with a person who does nothing with it."""

# KEYS: lease. ARGV: what it is to hold, the holder, milliseconds. Returns what it holds, and for
# how long.
_TAKE: Final = """
local held = redis.call('GET', KEYS[1])
if not held then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  return {ARGV[1], tonumber(ARGV[3])}
elseif cjson.decode(held)[1] == ARGV[2] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {held, tonumber(ARGV[3])}
end
return {held, redis.call('PTTL', KEYS[1])}
"""

# KEYS: lease. ARGV: what it holds if it is still the same taking. Returns whether it was.
_RELEASE: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
"""


class CaseLease(NamedTuple):
    """A case that somebody has."""

    holder: str
    """The id of the person, from the login."""
    token: str
    """Of this taking alone."""
    milliseconds: int
    """Until it ends by itself."""


def take(
    redis: Redis, prefix: str, case: Case, holder: str, milliseconds: int = LEASE_MILLISECONDS
) -> CaseLease:
    """
    Takes a case, or renews the holder's own lease; returns the lease that stands then.

    Where that is another's, nothing was taken. Raises `redis.RedisError`.
    """
    wanted = _encoded(holder, secrets.token_urlsafe(9))
    script = redis.register_script(_TAKE)
    held, left = script(keys=[lease_key(prefix, case)], args=[wanted, holder, milliseconds])
    return _lease(held, left)


def release(redis: Redis, prefix: str, case: Case, lease: CaseLease) -> bool:
    """Gives a case back; False: it was no longer this lease. Raises `redis.RedisError`."""
    script = redis.register_script(_RELEASE)
    held = _encoded(lease.holder, lease.token)
    return bool(script(keys=[lease_key(prefix, case)], args=[held]))


def lease_of(redis: Redis, prefix: str, case: Case) -> CaseLease | None:
    """The lease that stands; None: nobody has the case. Raises `redis.RedisError`."""
    key = lease_key(prefix, case)
    pipeline = redis.pipeline(transaction=False)
    pipeline.get(key)
    pipeline.pttl(key)
    held, left = pipeline.execute()
    return None if held is None else _lease(held, left)


def lease_holders(redis: Redis, prefix: str, cases: Iterable[Case]) -> dict[Case, str]:
    """Who has which of some cases; those that nobody has are left out. One round trip."""
    asked = list(cases)
    if not asked:
        return {}
    found = cast("list[bytes | None]", redis.mget([lease_key(prefix, case) for case in asked]))
    return {
        case: _holder_and_token(held)[0]
        for case, held in zip(asked, found, strict=True)
        if held is not None
    }


def lease_key(prefix: str, case: Case) -> str:
    """String with expiry: who has the case, and the token of this taking."""
    return f"{prefix}:console:lease:{case.name}"


def _encoded(holder: str, token: str) -> bytes:
    return msgspec.json.encode([holder, token])


def _holder_and_token(held: bytes) -> tuple[str, str]:
    return msgspec.json.decode(held, type=tuple[str, str])


def _lease(held: bytes, left: int) -> CaseLease:
    return CaseLease(*_holder_and_token(held), max(left, 0))
