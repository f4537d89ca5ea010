"""Why a worker is not ready: all reasons are asked here, and their changes logged here.

A check returns if it finds nothing wrong. Otherwise it raises a `RetryableError` whose text says
what is wrong and what to do. `worker/app.py` lists the checks of a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

import structlog

from worker.failures import RetryableError, WorkerStarting

CALM_SECONDS: Final = 5.0
"""A worker that was ready for less than this between two outages has had one outage."""

Check = Callable[[], None]
"""Asked once a second, from the dispatcher's thread; raises `RetryableError`."""

_log = structlog.get_logger(__name__)


class Readiness:
    """The checks of one worker, in order of importance."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = checks
        self._history = _History()

    def reason(self) -> RetryableError | None:
        """Asks the checks up to the first that finds something; None: the worker is ready."""
        for check in self._checks:
            try:
                check()
            except RetryableError as found:
                return found
        return None

    def tell(self, reason: RetryableError | None) -> None:
        """Logs a change; to be called with each answer of `reason`."""
        if reason is None:
            self._history.ready()
        elif not isinstance(reason, WorkerStarting):
            self._history.not_ready(reason)


class _History:
    """Outages as they are logged: each reason once, and one line when it is over."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        """Reasons already logged in this outage."""
        self._began_at: float | None = None
        self._ready_since: float | None = None
        self._has_been_ready = False
        self._outages = 0

    def ready(self) -> None:
        now = monotonic()
        if self._ready_since is None:
            self._ready_since = now
        if not self._has_been_ready:
            self._has_been_ready = True
            _log.info("ready")
            self._forget()
        elif self._began_at is not None and now - self._ready_since >= CALM_SECONDS:
            seconds = round(self._ready_since - self._began_at, 1)
            _log.info("ready again", seconds=seconds, count=self._outages)
            self._forget()

    def not_ready(self, reason: RetryableError) -> None:
        if self._began_at is None:
            self._began_at = monotonic()
        if self._ready_since is not None or not self._outages:
            self._outages += 1
            self._ready_since = None
        if str(reason) not in self._told:
            self._told.add(str(reason))
            _log.error("not ready", reason=str(reason), cause=type(reason).__name__)

    def _forget(self) -> None:
        self._told.clear()
        self._began_at = None
        self._outages = 0
