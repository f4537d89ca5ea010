"""How many determinations were not yet delivered to each consumer group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from redis import Redis
from redis.exceptions import ResponseError

from worker.store.stream_ids import is_before, milliseconds_of

COUNTED_MAX: Final = 1500
"""
At most this many are counted one by one on each side of where a group stands.

More than `MrsDeterminationsUnread` allows, so that the alert never waits for an estimate.
"""

_STEP = 500


class UnreadCount(NamedTuple):
    """What was not yet delivered to a group."""

    unread: int
    is_estimate: bool
    """Redis does not know, and on both sides there are too many to count: estimated by time."""


def unread_by_group(client: Redis, stream: str) -> Mapping[str, UnreadCount]:
    """
    Group -> what was not yet delivered to it.

    Redis gives no lag while its largest deleted id is not before the last delivered one, as after
    each run of `archive`. Then entries added less entries read say the same, as long as nothing was
    deleted beyond. Before version 7, and for a group that was set to an id, it knows neither.
    """
    try:
        groups: Any = client.xinfo_groups(stream)
        facts: Any = client.xinfo_stream(stream) if groups else {}
    except ResponseError as refused:
        if "no such key" in str(refused):
            return {}
        raise
    return {
        group["name"].decode(errors="replace"): _unread(client, stream, group, facts)
        for group in groups
    }


def _unread(
    client: Redis, stream: str, group: Mapping[str, Any], facts: Mapping[str, Any]
) -> UnreadCount:
    lag: int | None = group.get("lag")
    if lag is None:
        lag = _added_less_read(group, facts)
    if lag is None:
        return _counted(client, stream, group["last-delivered-id"], facts)
    # What was trimmed before it was delivered counts in a lag, but nobody can read it any more.
    return UnreadCount(min(lag, facts["length"]), is_estimate=False)


def _added_less_read(group: Mapping[str, Any], facts: Mapping[str, Any]) -> int | None:
    """None: not known, or entries may be gone that this group has not read."""
    read: int | None = group.get("entries-read")
    if read is None or read > facts["entries-added"]:
        return None
    deleted, delivered = facts["max-deleted-entry-id"], group["last-delivered-id"]
    return None if is_before(_text(delivered), _text(deleted)) else facts["entries-added"] - read


def _counted(client: Redis, stream: str, delivered: bytes, facts: Mapping[str, Any]) -> UnreadCount:
    after = _count(client, stream, b"(" + delivered, b"+")
    if after < COUNTED_MAX:
        return UnreadCount(after, is_estimate=False)
    before = _count(client, stream, b"-", delivered)
    if before < COUNTED_MAX:
        return UnreadCount(max(facts["length"] - before, after), is_estimate=False)
    return UnreadCount(max(after, _share_after(delivered, facts)), is_estimate=True)


def _count(client: Redis, stream: str, first: bytes, last: bytes) -> int:
    """Counts the entries from one id to another, up to `COUNTED_MAX`."""
    counted = 0
    while counted < COUNTED_MAX:
        entries: Any = client.xrange(stream, min=first, max=last, count=_STEP)
        counted += len(entries)
        if len(entries) < _STEP:
            break
        first = b"(" + entries[-1][0]
    return min(counted, COUNTED_MAX)


def _share_after(delivered: bytes, facts: Mapping[str, Any]) -> int:
    """An estimate that assumes a constant rate of determinations over time."""
    first, last = (milliseconds_of(facts[name][0]) for name in ("first-entry", "last-entry"))
    share = (last - milliseconds_of(delivered)) / max(last - first, 1)
    length: int = facts["length"]
    return round(length * min(share, 1.0))


def _text(entry_id: bytes | str) -> str:
    return entry_id.decode() if isinstance(entry_id, bytes) else entry_id
