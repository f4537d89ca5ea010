"""
A thread in the worker's main process: finds places whose work nobody does, and dispatches them.

It also checks each second whether this worker may and can work, and shows it to its probe.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final, NamedTuple

import structlog

from worker.failures import RetryableError
from worker.intake.readiness import Readiness
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import LOOK_SECONDS, ShardPlace
from worker.processes.health import show_ready

BUSY_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 0.02
AWAY_SECONDS: Final = 0.5
A_SHARD_SECONDS: Final = 0.001
"""The least pause between two rounds, for each shard: idle rounds are not to load Redis."""

JOIN_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class Wiring(NamedTuple):
    """How a dispatcher reaches the worker that it belongs to."""

    state_folder: Path
    send: Callable[[ShardPlace], bool]
    """Whether a dispatch for a place was sent."""
    accept_dispatches: Callable[[bool], None]
    """Makes this worker consume dispatches from now on, or leave them to others."""


class Dispatcher(Thread):
    """Finds places whose work nobody does, and dispatches them while this worker is ready."""

    def __init__(self, rounds: ShardRounds, wiring: Wiring) -> None:
        super().__init__(name="mrs-dispatcher", daemon=True)
        self._rounds = rounds
        self._readiness = Readiness(())
        self._wiring = wiring
        self._stopping = Event()
        self._look_at = self._busy_until = monotonic()
        self._is_ready = False
        self._pause_seconds = A_SHARD_SECONDS * rounds.shards
        self._told = ""
        """The last message logged, so that it is not repeated each second."""

    def run(self) -> None:
        """Dispatches until it is stopped, whatever happens to Redis meanwhile."""
        while not self._stopping.is_set():
            try:
                pause = self._turn()
            except Exception as surprise:  # noqa: BLE001  # without a dispatcher the worker is dead
                _log.error("the dispatcher failed; it tries again", exc_info=surprise)
                pause = AWAY_SECONDS
            self._stopping.wait(pause)
        self._show(ready=False)
        self._rounds.withdraw()

    def end(self) -> None:
        """Stops dispatching, without waiting for the thread."""
        self._stopping.set()

    def stop(self) -> None:
        """Stops the thread and waits for it."""
        self.end()
        self.join(JOIN_SECONDS)

    def _turn(self) -> float:
        due = self._rounds.backlog()
        self._report(self._rounds.reason())
        if not self._is_ready:
            return AWAY_SECONDS
        # Stops at the first dispatch that fails: to try each place could take a while.
        all(map(self._wiring.send, due))
        if due:
            self._busy_until = monotonic() + LOOK_SECONDS
        pause = BUSY_SECONDS if monotonic() < self._busy_until else IDLE_SECONDS
        return max(pause, self._pause_seconds)

    def _report(self, reason: RetryableError | None) -> None:
        """Shows and logs, once a second or when it changes, whether this worker is ready."""
        is_ready = reason is None
        if is_ready is self._is_ready and monotonic() < self._look_at:
            return
        self._look_at = monotonic() + LOOK_SECONDS
        if reason is None or reason.forbids_work:
            self._wiring.accept_dispatches(is_ready)
        self._show(ready=is_ready)
        self._readiness.tell(reason)

    def _show(self, *, ready: bool) -> None:
        self._is_ready = ready
        try:
            show_ready(self._wiring.state_folder, ready=ready)
        except OSError as failure:
            self._tell(f"MRS_STATE_DIR cannot be written: {failure.strerror}")

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            _log.error(trouble)
