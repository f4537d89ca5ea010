"""Waits for the queue, with a bar that shows how far it is."""

from __future__ import annotations

from redis import Redis

from worker.config.settings import Settings
from worker.operations.backlog import QueueBacklog
from worker.store.keys import Keys
from worker.terminal.progress import ProgressBars


def wait_until_worked_off(redis: Redis, settings: Settings, until: str | None = None) -> None:
    """
    Returns when what waits now has been worked off, or what was sent up to the id `until`.

    Raises `QueueStands` when nothing has moved for a minute.
    """
    backlog = QueueBacklog(redis, Keys(settings.prefix), settings.lanes)
    most = backlog.waiting()
    shown = 0
    with ProgressBars() as bars:
        advance = bars.begin("events worked off", most)

        def look(waiting: int) -> None:
            nonlocal shown
            done = max(most - waiting, shown)
            advance(done - shown)
            shown = done

        backlog.wait(until, look)
