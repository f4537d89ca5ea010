"""Dispatches work at the door and in the lanes, from a thread of each worker's main process.

The same thread reports once a second that the worker is alive, and whether it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final, NamedTuple

import structlog

from worker.failures import InstallationMismatch, RetryableError, WrongKeyType
from worker.intake.backpressure import Backpressure
from worker.processes.health import show_alive, show_ready
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import Compatibility, Store

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


class Dispatcher(Thread):
    """Finds places whose work nobody does, and dispatches them while this worker is ready."""

    def __init__(
        self, store: Store, terms: Compatibility, headroom: Backpressure, wiring: Wiring
    ) -> None:
        super().__init__(name="mrs-dispatcher", daemon=True)
        self._store = store
        self._terms = terms
        self._headroom = headroom
        self._wiring = wiring
        self._places = (DOOR, *map(lane_name, range(terms.lanes)))
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
                pause = self._cannot(failure)
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
            self._look_at = monotonic() + LOOK_SECONDS
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
        self._store.agree(self._terms)
        self._wiring.accept_dispatches(True)
        self._show(ready=self._headroom())
        if self._announce(ready=self._is_ready):
            self._told = ""

    def _cannot(self, failure: RetryableError) -> float:
        self._show(ready=False)
        if isinstance(failure, InstallationMismatch):
            self._wiring.accept_dispatches(False)
            self._announce(ready=False)
        self._tell(str(failure))
        return AWAY_SECONDS

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            _log.error(trouble, lanes=self._terms.lanes, generation=self._terms.generation)

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
            show_alive(self._wiring.state_folder)
            show_ready(self._wiring.state_folder, ready=ready)
        except OSError as failure:
            self._tell(f"MRS_STATE_DIR cannot be written: {failure.strerror}")
