"""Finds the id up to which every consumer group has acknowledged the determinations."""

from __future__ import annotations

from typing import Any, NamedTuple

from redis import Redis
from redis.exceptions import ResponseError

from worker.store.stream_ids import id_before, is_before, number_of

_DAY_MILLISECONDS = 86_400_000


class Bound(NamedTuple):
    """The last id that may be archived, and what holds back the rest."""

    last: str
    kept_by: str | None
    """The group that has acknowledged the least; None: the requested minimum age."""


def acknowledged(redis: Redis, stream: str) -> Bound | None:
    """
    Returns the bound up to which every group has acknowledged; None: there is no group.

    The groups are read before their pending entries: a delivery in between comes after both.
    """
    try:
        groups: Any = redis.xinfo_groups(stream)
    except ResponseError as refused:
        if "no such key" in str(refused):
            return None
        raise
    bounds = [_of_group(redis, stream, group) for group in groups]
    return min(bounds, key=lambda bound: number_of(bound.last), default=None)


def no_younger_than(redis: Redis, bound: Bound, days: int) -> Bound:
    """Lowers the bound to the last id that is at least `days` days old by Redis' clock."""
    seconds, _ = redis.time()
    milliseconds = max(seconds * 1000 - days * _DAY_MILLISECONDS, 0)
    last = id_before(f"{milliseconds}-0")
    return Bound(last, None) if days and is_before(last, bound.last) else bound


def _of_group(redis: Redis, stream: str, group: dict[str, Any]) -> Bound:
    name = group["name"]
    last: str = group["last-delivered-id"].decode()
    if group["pending"]:
        pending: Any = redis.xpending(stream, name)
        if pending["pending"]:
            before = id_before(pending["min"].decode())
            last = before if is_before(before, last) else last
    return Bound(last, name.decode(errors="replace"))
