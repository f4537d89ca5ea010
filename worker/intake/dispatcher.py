"""Dispatches work at the door and in the lanes, from a thread of each worker's main process.

The same thread reports once a second whether the worker is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final, NamedTuple

import structlog

from worker.failures import RetryableError, StoreUnavailable, WrongKeyType
from worker.intake.readiness import Check, Readiness
from worker.processes.health import show_ready
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import Store

BUSY_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 0.02
AWAY_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 1.0
MARK_MILLISECONDS: Final = 1000
"""How long a dispatch may be under way before it counts as lost."""

JOIN_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class Wiring(NamedTuple):
    """How a dispatcher reaches the worker that it belongs to."""

    state_folder: Path
    send: Callable[[Place], bool]
    """Whether a dispatch for a place was sent."""
    accept_dispatches: Callable[[bool], None]
    """Makes this worker consume dispatches from now on, or leave them to others."""
    announce: Callable[[bool], None]
    """Records in Redis whether this worker is ready, so that the ready ones can be counted."""
    look_seconds: float = LOOK_SECONDS
    """How often the checks are asked."""


class Dispatcher(Thread):
    """Finds places whose work nobody does, and dispatches them while this worker is ready."""

    def __init__(self, store: Store, lanes: int, checks: Sequence[Check], wiring: Wiring) -> None:
        """`checks`: what else must be right before the worker is ready (`readiness.py`)."""
        super().__init__(name="mrs-dispatcher", daemon=True)
        self._store = store
        self._readiness = Readiness(checks)
        self._wiring = wiring
        self._places = (DOOR, *map(lane_name, range(lanes)))
        self._stopping = Event()
        self._look_at = self._busy_until = monotonic()
        self._is_ready = False
        self._told = ""
        """The last message logged, so that it is not repeated each second."""

    def run(self) -> None:
        """Dispatches until it is stopped, whatever happens to Redis meanwhile."""
        while not self._stopping.is_set():
            try:
                pause = self._turn()
            except RetryableError as failure:
                self._report(failure)
                pause = AWAY_SECONDS
            except Exception as surprise:  # noqa: BLE001  # without a dispatcher the worker is dead
                _log.error("the dispatcher failed; it tries again", exc_info=surprise)
                pause = AWAY_SECONDS
            self._stopping.wait(pause)
        self._show(ready=False)
        self._announce(ready=False)

    def end(self) -> None:
        """Stops dispatching, without waiting for the thread."""
        self._stopping.set()

    def stop(self) -> None:
        """Stops the thread and waits for it."""
        self.end()
        self.join(JOIN_SECONDS)

    def _turn(self) -> float:
        if monotonic() >= self._look_at:
            self._look_at = monotonic() + self._wiring.look_seconds
            self._look()
        if not self._is_ready:
            return AWAY_SECONDS
        backlog = self._store.ring(self._places, MARK_MILLISECONDS)
        # Stops at the first dispatch that fails: to try each place could take a while.
        all(map(self._wiring.send, backlog.places))
        if backlog.places:
            self._busy_until = monotonic() + LOOK_SECONDS
        for kind in backlog.wrong_kinds:
            self._tell(str(WrongKeyType(kind)))
        return BUSY_SECONDS if monotonic() < self._busy_until else IDLE_SECONDS

    def _look(self) -> None:
        """Checks whether this worker may and can work."""
        self._report(self._readiness.reason())

    def _report(self, reason: RetryableError | None) -> None:
        """Shows, announces and logs whether this worker is ready."""
        if reason is None or reason.forbids_work:
            self._wiring.accept_dispatches(reason is None)
        self._show(ready=reason is None)
        # Redis would not answer this either; the last announcement expires.
        if not isinstance(reason, StoreUnavailable) and self._announce(ready=reason is None):
            self._told = ""
        self._readiness.tell(reason)

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            _log.error(trouble)

    def _announce(self, *, ready: bool) -> bool:
        """Whether the announcement succeeded; if not, the worker works on without being counted."""
        try:
            self._wiring.announce(ready)
        except RetryableError as failure:
            self._tell(str(failure))
            return False
        return True

    def _show(self, *, ready: bool) -> None:
        self._is_ready = ready
        try:
            show_ready(self._wiring.state_folder, ready=ready)
        except OSError as failure:
            self._tell(f"MRS_STATE_DIR cannot be written: {failure.strerror}")
