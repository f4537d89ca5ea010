"""What became of an event that was entered here: on its way, decided, without effect, refused."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any, Literal, NamedTuple, cast

from redis import Redis

from console.sending.forms import SOURCE
from worker.determinations.data import Data
from worker.explain.claim_history import ClaimHistory, NoSuchClaim, claim_in_redis
from worker.store.keys import Keys

_LETTERS_LOOKED_AT = 200
_STEP_SECONDS = 0.05

EventFate = Literal["on_its_way", "decided", "without_effect", "refused"]


class Track(NamedTuple):
    """What is known of the event."""

    fate: EventFate
    determinations: tuple[Data, ...] = ()
    """Those of the claim that it caused, by line."""


def track(redis: Redis, prefix: str, member_id: str, claim_id: str, event_id: str) -> Track:
    """
    What has become of an event about a claim.

    Raises `redis.RedisError` and `worker.failures.RetryableError`.
    """
    keys = Keys(prefix)
    try:
        history = claim_in_redis(redis, keys, claim_id, member_id)
    except NoSuchClaim:
        return Track("on_its_way")
    return Track(fate_in(redis, prefix, history, event_id), _caused(history, event_id))


def fate_in(redis: Redis, prefix: str, history: ClaimHistory, event_id: str) -> EventFate:
    """The same where the claim has been read already. Raises `redis.RedisError`."""
    if _caused(history, event_id):
        return "decided"
    if _is_recorded(history, event_id):
        return "without_effect"
    return "refused" if _is_refused(redis, Keys(prefix), event_id) else "on_its_way"


def awaited(
    redis: Redis, prefix: str, member_id: str, claim_id: str, event_id: str, seconds: float
) -> Track:
    """The same, looked at until something has become of it, at most for so many seconds."""
    until = monotonic() + seconds
    found = track(redis, prefix, member_id, claim_id, event_id)
    while found.fate == "on_its_way" and monotonic() < until:
        sleep(_STEP_SECONDS)
        found = track(redis, prefix, member_id, claim_id, event_id)
    return found


def _caused(history: ClaimHistory, event_id: str) -> tuple[Data, ...]:
    return tuple(
        data
        for revisions in history.lines.values()
        for data in revisions
        if _is_ours(data["caused_by"], event_id)
    )


def _is_ours(identity: Any, event_id: str) -> bool:  # noqa: ANN401  # JSON of either cause
    return bool(identity.get("source") == SOURCE and identity.get("id") == event_id)


def _is_recorded(history: ClaimHistory, event_id: str) -> bool:
    return any(
        origin.id == event_id and origin.source == SOURCE
        for kind in history.record
        for origin, _ in kind
    )


def _is_refused(redis: Redis, keys: Keys, event_id: str) -> bool:
    letters = cast(
        "list[tuple[bytes, dict[bytes, bytes]]]",
        redis.xrevrange(keys.dead_letters, count=_LETTERS_LOOKED_AT),
    )
    return any(
        fields.get(b"event_id") == event_id.encode() and fields.get(b"source") == SOURCE.encode()
        for _, fields in letters
    )
