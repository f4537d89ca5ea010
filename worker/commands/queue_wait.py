"""Waits for the queue, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from worker.operations.backlog import QueueBacklog
from worker.store.shards import Shard
from worker.terminal.progress import ProgressBars


def wait_until_worked_off(shards: Sequence[Shard], until: str | None = None) -> None:
    """
    Returns when what waits now has been worked off, or what was sent up to the id `until`.

    `until` is for the only shard that there is. Raises `QueueStands` when nothing has moved for a
    minute.
    """
    backlogs = [QueueBacklog(each.redis, each.keys, each.settings.lanes) for each in shards]
    waiting = [backlog.waiting() for backlog in backlogs]
    shown = 0
    with ProgressBars() as bars:
        most = sum(waiting)
        advance = bars.begin("events worked off", most)

        def look(shard: int, left: int) -> None:
            nonlocal shown
            waiting[shard] = left
            done = max(most - sum(waiting), shown)
            advance(done - shown)
            shown = done

        for number, backlog in enumerate(backlogs):
            backlog.wait(until if len(backlogs) == 1 else None, partial(look, number))
