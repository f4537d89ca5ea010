"""Rings for the door and the lanes: a thread of each worker's main process that sends the orders.

The same thread says once a second that the worker lives, and whether it can do its work.
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
"""So long an order may be on its way before it is taken for lost."""

JOIN_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class Wiring(NamedTuple):
    """How a ringer reaches the worker that it belongs to."""

    state_folder: Path
    send: Callable[[Place], bool]
    """Whether an order for a place went off."""
    take_orders: Callable[[bool], None]
    """Has this worker take orders from now on, or leave them to others."""
    announce: Callable[[bool], None]
    """Says in Redis whether this worker is ready, for those who count the workers."""


class Dispatcher(Thread):
    """Looks for work that nobody does, as long as it may be done."""

    def __init__(
        self, store: Store, terms: Compatibility, headroom: Backpressure, wiring: Wiring
    ) -> None:
        super().__init__(name="mrs-orders", daemon=True)
        self._store = store
        self._terms = terms
        self._headroom = headroom
        self._wiring = wiring
        self._places = (DOOR, *map(lane_name, range(terms.lanes)))
        self._stopping = Event()
        self._look_at = self._busy_until = monotonic()
        self._is_ready = False
        self._told = ""
        """What was said last, so that it is not said each second."""

    def run(self) -> None:
        """Rings until told to stop, whatever becomes of Redis meanwhile."""
        while not self._stopping.is_set():
            try:
                pause = self._turn()
            except RetryableError as failure:
                pause = self._cannot(failure)
            except Exception as surprise:  # noqa: BLE001  # a dead ringer would be a dead worker
                _log.error("ringing failed; it is tried again", exc_info=surprise)
                pause = AWAY_SECONDS
            self._stopping.wait(pause)
        self._show(ready=False)
        self._announce(ready=False)

    def end(self) -> None:
        """Rings no more."""
        self._stopping.set()

    def stop(self) -> None:
        """Ends the thread."""
        self.end()
        self.join(JOIN_SECONDS)

    def _turn(self) -> float:
        if monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_SECONDS
            self._look()
        if not self._is_ready:
            return AWAY_SECONDS
        backlog = self._store.ring(self._places, MARK_MILLISECONDS)
        # A broker that takes none is not asked for each place: that could take a while.
        all(map(self._wiring.send, backlog.places))
        if backlog.places:
            self._busy_until = monotonic() + LOOK_SECONDS
        for kind in backlog.wrong_kinds:
            self._tell(str(WrongKeyType(kind)))
        return BUSY_SECONDS if monotonic() < self._busy_until else IDLE_SECONDS

    def _look(self) -> None:
        """Sees whether this worker may and can work."""
        self._store.agree(self._terms)
        self._wiring.take_orders(True)
        self._show(ready=self._headroom())
        if self._announce(ready=self._is_ready):
            self._told = ""

    def _cannot(self, failure: RetryableError) -> float:
        self._show(ready=False)
        if isinstance(failure, InstallationMismatch):
            self._wiring.take_orders(False)
            self._announce(ready=False)
        self._tell(str(failure))
        return AWAY_SECONDS

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            _log.error(trouble, lanes=self._terms.lanes, generation=self._terms.generation)

    def _announce(self, *, ready: bool) -> bool:
        """Whether it could be said; work goes on if not, uncounted."""
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
