"""One shard as the dispatcher sees it: whether this worker may work there, and where work waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final, NamedTuple, Protocol

import structlog

from worker.failures import (
    BrokerUnavailable,
    MainLoopStands,
    RetryableError,
    StoreUnavailable,
    WorkerStarting,
    WrongKeyType,
)
from worker.intake.readiness import Check, Readiness
from worker.store.keys import Place
from worker.store.protocol import Backlog

LOOK_SECONDS: Final = 1.0
MARK_MILLISECONDS: Final = 1000
"""How long a dispatch may be under way before it counts as lost."""

_OF_THE_WORKER = (BrokerUnavailable, MainLoopStands, WorkerStarting)
"""Reasons that are no shard's: the dispatcher logs them."""

_log = structlog.get_logger(__name__)


class ShardPlace(NamedTuple):
    """A place of a shard: what a dispatch names."""

    shard: int
    place: Place


class Rings(Protocol):
    """What a watch needs of a store."""

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        """See `Store`."""


class ShardWatch:
    """Asks a shard's checks each second, announces the worker there, and finds its backlog."""

    def __init__(
        self,
        shard: int,
        store: Rings,
        places: Sequence[Place],
        checks: Sequence[Check],
        announce: Callable[[bool], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`announce` records in Redis whether this worker is ready, so that it is counted."""
        self.shard = shard
        self.reason: RetryableError | None = WorkerStarting("The worker looks at its shards.")
        """Why this worker cannot work there; None: it can."""
        self._store = store
        self._places = places
        self._readiness = Readiness(checks)
        self._announce = announce
        self._look_at = 0.0
        self._look_seconds = look_seconds
        self._is_ready = False
        self._told = ""
        self._told_away: set[str] = set()
        """Why the shard is away, as far as it was logged since it was last there."""

    def backlog(self) -> list[ShardPlace]:
        """The places of the shard that need a dispatch; none where this worker cannot work."""
        try:
            if monotonic() >= self._look_at:
                self._look()
            if not self._is_ready:
                return []
            found = self._store.ring(self._places, MARK_MILLISECONDS)
        except RetryableError as failure:
            self._note(failure)
            return []
        for kind in found.wrong_kinds:
            self._tell(str(WrongKeyType(kind)))
        return [ShardPlace(self.shard, place) for place in found.places]

    def tell(self) -> None:
        """Logs that the shard is away, each reason once, and that it is there again."""
        if self.reason is None:
            if self._told_away:
                _log.info("a shard is there again", shard=self.shard)
                self._told_away.clear()
        elif not isinstance(self.reason, _OF_THE_WORKER):
            said = str(self.reason)
            if said not in self._told_away:
                cause = type(self.reason).__name__
                _log.error("a shard is away", shard=self.shard, reason=said, cause=cause)
                self._told_away.add(said)

    def withdraw(self) -> None:
        """Withdraws the announcement."""
        self._is_ready = False
        self._say(ready=False)

    def _look(self) -> None:
        self._look_at = monotonic() + self._look_seconds
        self._note(self._readiness.reason())

    def _note(self, reason: RetryableError | None) -> None:
        self.reason = reason
        self._is_ready = reason is None
        # The shard would not answer this either; the last announcement expires.
        if not isinstance(reason, StoreUnavailable) and self._say(ready=reason is None):
            self._told = ""

    def _say(self, *, ready: bool) -> bool:
        try:
            self._announce(ready)
        except RetryableError as failure:
            self._tell(str(failure))
            return False
        return True

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            _log.error(trouble)
