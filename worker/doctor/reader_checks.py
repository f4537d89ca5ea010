"""Checks the readers of the determinations: that there are some, and that they keep up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.metrics.consumer_lag import UnreadCount, unread_by_group

_ABOUT = "readers"
_UNREAD_MAX = 1000


def examine_readers(examined: Examined) -> Iterator[Diagnostic]:
    """Checks what each consumer group has not received or not acknowledged."""
    stream = examined.keys.determinations
    if not examined.client.exists(stream):
        return
    groups: Any = examined.client.xinfo_groups(stream)
    if not groups:
        yield Diagnostic(
            "warning",
            _ABOUT,
            "No consumer group reads the determinations, so none can be archived either.",
            f"Each consumer creates its own: XGROUP CREATE {stream} NAME 0.",
        )
    unread = unread_by_group(examined.client, stream)
    for group in groups:
        name = group["name"].decode(errors="replace")
        if name in unread:  # else it was made in between
            yield _of_group(name, unread[name], group["pending"])


def _of_group(name: str, unread: UnreadCount, unacknowledged: int) -> Diagnostic:
    count = f"about {unread.unread}" if unread.is_estimate else str(unread.unread)
    if unread.unread > _UNREAD_MAX:
        return Diagnostic(
            "warning",
            _ABOUT,
            f"Group {name} has not received {count} determinations.",
            "See ops/runbooks/MrsDeterminationsUnread.md.",
        )
    if unacknowledged > _UNREAD_MAX:
        return Diagnostic(
            "warning",
            _ABOUT,
            f"Group {name} has received but not acknowledged {unacknowledged} determinations.",
            "Its consumers must use XACK; until then these cannot be archived.",
        )
    return Diagnostic(
        "ok", _ABOUT, f"group {name}: {count} unread, {unacknowledged} unacknowledged"
    )
