"""Works at one place for some seconds: takes the lease, reads batches from the head, releases it.

The door and the lanes work alike; a `Work` says what is done with the entries.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from traceback import clear_frames
from typing import Final, Protocol
from uuid import uuid4

import structlog

from worker.failures import (
    InstallationMismatch,
    LeaseLost,
    RetryableError,
    StaleRead,
    StoreUnavailable,
    WrongKeyType,
)
from worker.metrics.counters import Tally
from worker.store.compatibility import Compatibility
from worker.store.keys import Place
from worker.store.protocol import Lease, QueueEntry, Store

SINGLY_FROM_TAKES: Final = 2
"""From this many takes without progress: the batch may have killed the process before us."""

STALE_MAX: Final = 5
"""At this many stale reads in a row, the turn ends."""

REST_MILLISECONDS: Final = 1000
"""How long no dispatch is sent to a place where work was not possible."""

_log = structlog.get_logger(__name__)


class Work(Protocol):
    """What is done with the entries of one place."""

    place: Place
    tally: Tally
    """Counts that are not yet written."""

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        """Finishes entries in order; all but `RetryableError` is the fault of the entries."""

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        """Moves an entry to the dead letters, after its last allowed attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainLimits:
    """Limits on the time, the size of a batch and the attempts of a single entry."""

    slice_seconds: float
    lease_milliseconds: int
    batch_entries: int
    batch_bytes: int
    max_attempts: int
    amends_seconds: float
    """How long to keep trying to release the lease while the store does not answer."""


class Slice:
    """One turn at one place."""

    def __init__(
        self,
        store: Store,
        work: Work,
        pace: DrainLimits,
        terms: Compatibility,
        has_room: Callable[[], bool],
        ends_at: float,
    ) -> None:
        self._store = store
        self._work = work
        self._pace = pace
        self._terms = terms
        self._has_room = has_room
        self._ends_at = ends_at
        self._trial: QueueEntry | None = None
        """The entry that is currently tried alone."""

    def run(self) -> None:
        """Works until time is up; does nothing if another worker has the lease or nothing waits."""
        try:
            if monotonic() >= self._ends_at or not self._has_room():
                return
        except RetryableError as failure:
            _tell(failure, self._work.place)
            return
        lease = self._take()
        if lease is not None:
            self._hold(lease)

    def _take(self) -> Lease | None:
        place, milliseconds = self._work.place, self._pace.lease_milliseconds
        token = uuid4().hex
        try:
            return self._store.take(place, token, milliseconds, self._terms)
        except StoreUnavailable as failure:
            _tell(failure, place)
            # The lease may be ours: perhaps only the answer was lost.
            self._give_back(Lease(place, token, milliseconds, takes=0))
        except RetryableError as failure:
            _tell(failure, place)
        return None

    def _hold(self, lease: Lease) -> None:
        try:
            self._work_off(lease)
        except LeaseLost as failure:
            _tell(failure, lease.place)
            self._work.tally.fenced_commit()
            self._count()
        except InstallationMismatch as failure:
            _tell(failure, lease.place)
            newer = failure.found if failure.matter == "generation" else ""
            self._give_back(lease, REST_MILLISECONDS, newer)
        except RetryableError as failure:
            _tell(failure, lease.place)
            self._work.tally.retry("store")
            self._give_back(lease, REST_MILLISECONDS)
            self._count()
        else:
            self._give_back(lease)

    def _work_off(self, lease: Lease) -> None:
        singly = lease.takes >= SINGLY_FROM_TAKES
        stale = 0
        while monotonic() < self._ends_at and self._has_room():
            entries = self._read()
            if not entries:
                return
            try:
                if singly or any(entry.attempts for entry in entries):
                    self._each_alone(lease, entries)
                    singly = False
                else:
                    singly = not self._all_together(lease, entries)
                stale = 0
            except StaleRead:
                stale += 1
                self._work.tally.retry("stale")
                self._take_trial_back(lease)
                if stale == STALE_MAX:
                    raise

    def _read(self) -> Sequence[QueueEntry]:
        began_at = monotonic()
        place, pace = self._work.place, self._pace
        entries = self._store.head(place, pace.batch_entries, pace.batch_bytes)
        if entries:  # an empty read is no batch
            self._work.tally.stage("read", monotonic() - began_at)
        return entries

    def _all_together(self, lease: Lease, entries: Sequence[QueueEntry]) -> bool:
        try:
            self._work.finish(lease, entries)
        except RetryableError:
            raise
        except Exception as failure:  # noqa: BLE001  # whatever failed, try the entries singly
            self._work.tally.retry("batch")
            _log.warning(
                "a batch failed; its entries are tried one by one",
                lane=lease.place,
                count=len(entries),
                exc_info=failure,
            )
            clear_frames(failure.__traceback__)
            return False
        return True

    def _each_alone(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        for entry in entries:
            if monotonic() >= self._ends_at:
                return
            self._alone(lease, entry)

    def _alone(self, lease: Lease, entry: QueueEntry) -> None:
        """Tries an entry until it is finished or has been tried too often."""
        failure: Exception | None = None
        while entry.attempts < self._pace.max_attempts:
            self._trial = entry
            self._store.try_alone(lease, entry)
            entry = entry._replace(attempts=entry.attempts + 1)
            try:
                self._work.finish(lease, [entry])
            except RetryableError:
                raise
            except Exception as raised:  # noqa: BLE001  # whatever failed, it counts
                # What it held may be all the memory that there is: the next entries need it.
                clear_frames(raised.__traceback__)
                failure = raised
                self._trial = None
                self._work.tally.retry("attempt")
            else:
                self._trial = None
                return
        _log.error(
            "an entry was tried too often and is moved to the dead letters",
            lane=lease.place,
            entry=entry.id,
            attempts=entry.attempts,
            exc_info=failure,
        )
        self._work.give_up(lease, entry, failure)

    def _give_back(self, lease: Lease, rest: int = 0, newer_generation: str = "") -> None:
        """Releases the lease; keeps trying for some time while the store does not answer."""
        until = monotonic() + self._pace.amends_seconds
        while True:
            try:
                self._take_trial_back(lease)
                self._store.release(
                    lease, rest_milliseconds=rest, newer_generation=newer_generation
                )
            except (LeaseLost, WrongKeyType):
                return  # it has expired, or will
            except RetryableError:
                if monotonic() >= until:
                    return  # it will expire
                sleep(random.uniform(0.05, 0.5))  # noqa: S311  # spreads the load, no secret
            else:
                return

    def _take_trial_back(self, lease: Lease) -> None:
        """A trial that failed because of the store does not count as an attempt."""
        if self._trial is not None:
            self._store.untry(lease, self._trial)
            self._trial = None

    def _count(self) -> None:
        """Writes the counts now; if that fails, they go with the next commit."""
        try:
            self._store.count(self._work.tally.fields())
        except RetryableError:
            return
        self._work.tally.clear()


def _tell(failure: RetryableError, place: Place) -> None:
    _log.warning(str(failure), lane=place, cause=type(failure).__name__)
