"""Tells whether Redis has room for more work; at `maxmemory` it would refuse writes midway."""

from __future__ import annotations

from collections.abc import Collection
from time import monotonic
from typing import Final

from worker.failures import Risk, StoreNearlyFull, UnsafeRedis
from worker.store.protocol import Store

LOOK_SECONDS: Final = 1.0


class Backpressure:
    """Checks at most once a second."""

    def __init__(self, store: Store, high: float, accepted: Collection[Risk] = ()) -> None:
        """`accepted`: the risks that whoever runs this installation has taken on."""
        self._store = store
        self._high = high
        self._accepted = frozenset(accepted)
        self._look_at = monotonic()
        self._is_there = True

    def __call__(self) -> bool:
        """
        Whether the memory in use is below the mark.

        Raises `StoreUnavailable`, and `UnsafeRedis` where decisions could come out wrong.
        """
        if monotonic() >= self._look_at:
            fullness, risks = self._store.fullness(), self._store.risks()
            if not self._accepted.issuperset(risks):
                raise UnsafeRedis([risk for risk in risks if risk not in self._accepted])
            self._is_there = fullness < self._high
            self._look_at = monotonic() + LOOK_SECONDS
        return self._is_there

    def must_have_room(self) -> None:
        """Raises `StoreNearlyFull` at or above the mark, and `StoreUnavailable`."""
        if not self():
            raise StoreNearlyFull
