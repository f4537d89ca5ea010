"""Ends a worker that was told to end and cannot: Celery may wait for its broker without end."""

from __future__ import annotations

import os
from threading import Thread
from time import sleep
from typing import Final

import structlog

WARM_SECONDS_MAX: Final = 45.0
"""More than a child's turn can take, and less than the minute that supervisors are told."""

_log = structlog.get_logger(__name__)


def end_in_time(seconds: float = WARM_SECONDS_MAX) -> None:
    """
    Ends this process in good order after so long, unless it has ended by itself.

    Nothing is lost by it: what children have not committed stands in the queue, and they end as
    their parent does.
    """
    Thread(target=_end, args=(seconds,), name="mrs-ending", daemon=True).start()


def _end(seconds: float) -> None:
    sleep(seconds)
    _log.warning("Celery did not end in time, so it is left behind", seconds=seconds)
    os._exit(0)
