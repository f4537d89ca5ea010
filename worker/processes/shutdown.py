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


def end_in_time(signal: str, seconds: float = WARM_SECONDS_MAX) -> None:
    """
    Logs that the worker was asked to stop, and ends it after some seconds if it has not ended.

    Nothing is lost: what the children have not committed is still in the queue, and they end with
    their parent.
    """
    Thread(target=_end, args=(signal, seconds), name="mrs-ending", daemon=True).start()


def _end(signal: str, seconds: float) -> None:
    # Not by the handler of the signal, which may have interrupted another line of the log.
    _log.info("stopping", signal=signal)
    sleep(seconds)
    _log.warning("Celery did not shut down in time; the worker exits without it", seconds=seconds)
    os._exit(0)
