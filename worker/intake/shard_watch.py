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
AWAKE_SECONDS: Final = 1.0
"""How long a shard is asked in each round after something has waited there."""
MARK_MILLISECONDS: Final = 1000
"""How long a dispatch may be under way before it counts as lost."""

_LOOKS_A_SECOND: Final = 16
_LOOK_BEATS_MAX: Final = 2.0

_OF_THE_WORKER = (BrokerUnavailable, MainLoopStands, WorkerStarting)
"""Reasons that are no shard's: the dispatcher logs them."""

_log = structlog.get_logger(__name__)


def look_seconds_of(shards: int, beat_seconds: float) -> float:
    """How often each of so many shards is looked at; an announcement stands for twice as long."""
    return beat_seconds * min(max(1.0, shards / _LOOKS_A_SECOND), _LOOK_BEATS_MAX)


class ShardPlace(NamedTuple):
    """A place of a shard: what a dispatch names."""

    shard: int
    place: Place


class Rings(Protocol):
    """What a watch needs of a store."""

    @property
    def prefix(self) -> str:
        """Of its keys."""

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
        """
        `announce` records in Redis whether this worker is ready, so that it is counted.

        `look_seconds`: how often that and the checks are repeated while it is ready.
        """
        self.shard = shard
        self.reason: RetryableError | None = WorkerStarting("The worker looks at its shards.")
        """Why this worker cannot work there; None: it can."""
        self.places = places
        self.is_ready = False
        self._store = store
        self._readiness = Readiness(checks)
        self._announce = announce
        self._look_at = 0.0
        self._look_seconds = look_seconds
        self._awake_until = self._rung_at = 0.0
        self._told = ""
        self._told_away: set[str] = set()
        """Why the shard is away, as far as it was logged since it was last there."""

    @property
    def prefix(self) -> str:
        """Of the shard's keys."""
        return self._store.prefix

    @property
    def is_awake(self) -> bool:
        """Whether something has waited there a moment ago, or its lanes were not asked lately."""
        now = monotonic()
        return now < self._awake_until or now - self._rung_at >= AWAKE_SECONDS

    def wake(self) -> None:
        """Asks for all places in the next rounds."""
        self._awake_until = monotonic() + AWAKE_SECONDS

    def backlog(self) -> list[ShardPlace]:
        """The places of the shard that need a dispatch; none where this worker cannot work."""
        try:
            self.look()
            if not self.is_ready:
                return []
            return self.take_in(self._store.ring(self.places, MARK_MILLISECONDS))
        except RetryableError as failure:
            self.note(failure)
            return []

    def take_in(self, found: Backlog) -> list[ShardPlace]:
        """The places of what was found."""
        self._rung_at = monotonic()
        if found.waiting:
            self.wake()
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
        self.is_ready = False
        self._say(ready=False)

    def look(self) -> None:
        """Asks the checks, if they were not asked a moment ago, and announces the worker."""
        if monotonic() < self._look_at:
            return
        # One that is not ready is asked each second, however seldom ready ones are.
        self._look_at = monotonic() + LOOK_SECONDS
        self.note(self._readiness.reason())
        if self.is_ready:
            self._look_at = monotonic() + self._look_seconds

    def note(self, reason: RetryableError | None) -> None:
        """Remembers why this worker cannot work there, or that it can."""
        self.reason = reason
        self.is_ready = reason is None
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
