"""Ends a worker that was asked to stop but hangs: Celery may wait for its broker forever."""

from __future__ import annotations

import os
from threading import Thread
from time import sleep
from typing import Final

import structlog

WARM_SECONDS_MAX: Final = 45.0
"""Longer than a child's turn can take, shorter than the minute that supervisors are set to wait."""

_log = structlog.get_logger(__name__)


def end_in_time(seconds: float = WARM_SECONDS_MAX) -> None:
    """
    Ends this process cleanly after some seconds, unless it has ended by itself.

    Nothing is lost: what the children have not committed is still in the queue, and they end with
    their parent.
    """
    Thread(target=_end, args=(seconds,), name="mrs-ending", daemon=True).start()


def _end(seconds: float) -> None:
    sleep(seconds)
    _log.warning("Celery did not shut down in time; the worker exits without it", seconds=seconds)
    os._exit(0)
