"""What the code of actors does besides asking Redis: what it writes, what alarm it leaves set."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

import structlog

from tests.model.configurations import FIRST, SECOND
from worker.logs.redaction import keep_allowed, reduce_exception
from worker.processes import deadline

_RINGS: Final = "an alarm that ends its process is set while nothing is decided"
_NAMES: Final = "a member's id was written where everybody reads"


class Witness:
    """Watches one play after the other."""

    def __init__(self) -> None:
        self.wrong = ""
        """What was wrong with the last play; empty: nothing."""
        self._written = StringIO()
        self._is_alarm_set = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around a play."""
        self._is_alarm_set = False
        self._written.seek(0)
        self._written.truncate()
        with redirect_stderr(self._written), redirect_stdout(self._written):
            yield
        written = self._written.getvalue()
        self.wrong = _RINGS if self._is_alarm_set else ""
        if FIRST in written or SECOND in written:
            self.wrong = _NAMES

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Takes the kernel's alarm and the logs of this process in hand."""
        before = structlog.get_config()
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                reduce_exception,
                keep_allowed,
                structlog.processors.KeyValueRenderer(),
            ],
            wrapper_class=structlog.BoundLogger,
            logger_factory=lambda *_: structlog.PrintLogger(self._written),
        )
        kernel = SimpleNamespace(
            signal=lambda *_: None,
            setitimer=self._set_alarm,
            SIGALRM=signal.SIGALRM,
            SIG_DFL=signal.SIG_DFL,
            ITIMER_REAL=signal.ITIMER_REAL,
        )
        try:
            with ExitStack() as patches:
                patches.enter_context(patch.object(deadline, "signal", kernel))
                yield
        finally:
            structlog.configure(**before)

    def _set_alarm(self, _which: int, seconds: float) -> None:
        self._is_alarm_set = seconds > 0
