"""Tells whether Redis has room for more work; at `maxmemory` it would refuse writes midway."""

from __future__ import annotations

from time import monotonic
from typing import Final

import structlog

from worker.store.protocol import Store

LOOK_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class Backpressure:
    """Checks at most once a second, and logs when the answer changes."""

    def __init__(self, store: Store, high: float) -> None:
        self._store = store
        self._high = high
        self._look_at = monotonic()
        self._is_there = True

    def __call__(self) -> bool:
        """Whether the memory in use is below the mark; raises `StoreUnavailable`."""
        if monotonic() >= self._look_at:
            fullness = self._store.fullness()
            self._look_at = monotonic() + LOOK_SECONDS
            is_there = fullness < self._high
            if is_there != self._is_there:
                self._is_there = is_there
                self._tell(fullness)
        return self._is_there

    def _tell(self, fullness: float) -> None:
        if self._is_there:
            _log.info("Redis has room again; work resumes", memory_ratio=round(fullness, 3))
        else:
            _log.error(
                "Redis is nearly full: routing and draining stop until there is room. Give it more "
                "memory, or archive determinations.",
                memory_ratio=round(fullness, 3),
            )
