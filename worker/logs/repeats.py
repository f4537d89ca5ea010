"""Keeps one log line of many that say the same: the next one after a minute has a count."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any, Final

QUIET_SECONDS: Final = 60.0
"""For how long after a line those that say the same are only counted."""

CHANGES: Final = "worker.intake.readiness"
"""This logger tells changes only, and counts by itself."""

_OURS: Final = ("console", "doors", "rules", "worker")
_DIFFERENT_MAX: Final = 1000


class Repeats(logging.Filter):
    """Drops the repetitions of our retryable failures (lines with a `cause`) and of other lines."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[object, tuple[float, int]] = {}
        """When a line was written, and how often it was dropped since."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; one that stands for several gets their `count`."""
        said: Any = record.msg
        if (what := _what_it_says(record)) is None:
            return True
        now = monotonic()
        at, dropped = self._seen.get(what, (now - QUIET_SECONDS, 0))
        if now - at < QUIET_SECONDS:
            self._seen[what] = (at, dropped + 1)
            return False
        if len(self._seen) >= _DIFFERENT_MAX:
            self._seen.clear()
        self._seen[what] = (now, 0)
        if dropped and isinstance(said, dict):
            record.msg = said | {"count": dropped + 1}
        elif dropped:
            record.count = dropped + 1
        return True


def _what_it_says(record: logging.LogRecord) -> object:
    """What two lines that say the same have in common; None for a line that is always written."""
    said: Any = record.msg
    if record.name.partition(".")[0] not in _OURS:
        return record.name, record.levelno, str(said)
    if record.name == CHANGES or not isinstance(said, dict) or "cause" not in said:
        return None
    return record.name, said["event"], said["cause"]
