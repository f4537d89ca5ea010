"""How many determinations were not yet delivered to each consumer group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from redis import Redis
from redis.exceptions import ResponseError

from worker.store.stream_ids import milliseconds_of

COUNTED_MAX: Final = 1000
"""At most this many are counted one by one where Redis gives no lag (before version 7)."""
GROUPS_MAX: Final = 100

_STEP = 100


def unread_by_group(client: Redis, stream: str) -> Mapping[str, int]:
    """
    Group -> number of determinations not yet delivered to it.

    Where Redis does not count them, a number beyond `COUNTED_MAX` is an estimate by time.
    """
    try:
        groups: Any = client.xinfo_groups(stream)[:GROUPS_MAX]
        facts: Any = client.xinfo_stream(stream) if groups else {}
    except ResponseError as refused:
        if "no such key" in str(refused):
            return {}
        raise
    return {
        group["name"].decode(errors="replace"): _unread(client, stream, group, facts)
        for group in groups
    }


def _unread(client: Redis, stream: str, group: Mapping[str, Any], facts: Mapping[str, Any]) -> int:
    lag: int | None = group.get("lag")
    if lag is not None:
        return lag
    delivered = group["last-delivered-id"]
    counted = _count_after(client, stream, delivered)
    if counted < COUNTED_MAX:
        return counted
    return max(counted, _share_after(delivered, facts))


def _count_after(client: Redis, stream: str, delivered: bytes) -> int:
    counted, last = 0, delivered
    while counted < COUNTED_MAX:
        entries: Any = client.xrange(stream, min=b"(" + last, count=_STEP)
        counted += len(entries)
        if len(entries) < _STEP:
            break
        last = entries[-1][0]
    return counted


def _share_after(delivered: bytes, facts: Mapping[str, Any]) -> int:
    """An estimate that assumes a constant rate of determinations over time."""
    first, last = (milliseconds_of(facts[name][0]) for name in ("first-entry", "last-entry"))
    share = (last - milliseconds_of(delivered)) / max(last - first, 1)
    length: int = facts["length"]
    return round(length * min(share, 1.0))
