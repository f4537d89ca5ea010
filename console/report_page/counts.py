"""The figures of the report's page: counted once, and shown for some minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from rules.library_model import Library
from worker.report.sources import CountedReport, RecordedSource, report_of_recorded

SHOWN_FOR: Final = timedelta(minutes=5)


class TimedReport(NamedTuple):
    """What was counted, and when."""

    report: CountedReport
    at: datetime


class ReportCounts:
    """One count at a time: whoever asks meanwhile waits for it and is shown the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, TimedReport] = {}

    def get(
        self,
        prefix: str,
        sources: Sequence[RecordedSource],
        library: Library,
        now: datetime,
        *,
        anew: bool,
    ) -> TimedReport:
        """
        The last count, or another where it is too old or a new one is asked for.

        Raises `ArchiveNeeded`, and `redis.RedisError`.
        """
        with self._lock:
            kept = self._kept.get(prefix)
            if kept is None or anew or now - kept.at >= SHOWN_FOR:
                kept = TimedReport(report_of_recorded(sources, library, _Silent()), now)
                self._kept[prefix] = kept
            return kept


class _Silent:
    """Tells nobody of the progress."""

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Starts a stage."""
        del what, total
        return lambda _: None

    def refused(self, said: bytes) -> None:
        """An event was refused."""
