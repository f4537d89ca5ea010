"""Tells whether Redis has room for more work; at `maxmemory` it would refuse writes midway."""

from __future__ import annotations

from time import monotonic
from typing import Final

from worker.failures import StoreNearlyFull
from worker.store.protocol import Store

LOOK_SECONDS: Final = 1.0


class Backpressure:
    """Checks at most once a second."""

    def __init__(self, store: Store, high: float) -> None:
        self._store = store
        self._high = high
        self._look_at = monotonic()
        self._is_there = True

    def __call__(self) -> bool:
        """Whether the memory in use is below the mark; raises `StoreUnavailable`."""
        if monotonic() >= self._look_at:
            self._is_there = self._store.fullness() < self._high
            self._look_at = monotonic() + LOOK_SECONDS
        return self._is_there

    def must_have_room(self) -> None:
        """Raises `StoreNearlyFull` at or above the mark, and `StoreUnavailable`."""
        if not self():
            raise StoreNearlyFull
