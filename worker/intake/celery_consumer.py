"""Celery's consumer of dispatches: beats while it works, and knows why the broker is away."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any, Final

from celery.exceptions import CPendingDeprecationWarning
from celery.worker.consumer import Consumer
from celery.worker.consumer import consumer as celerys
from celery.worker.state import maybe_shutdown

from worker.intake.main_loop import BEAT_SECONDS_MAX

RETRY_SECONDS: Final = 1
"""Between two attempts to reach the broker: a worker is ready soon after it is back."""

_RETRY_MESSAGE: Final = celerys.CONNECTION_RETRY  # type: ignore[attr-defined]  # not in its stubs


class DispatchConsumer(Consumer):
    """Set as Celery's `worker_consumer`."""

    beat: Callable[[], None] = staticmethod(lambda: None)
    """Called by the main thread each second, while it consumes or tries to connect."""
    beat_seconds: float = BEAT_SECONDS_MAX
    away_because: BaseException | None = None
    """Why the broker could not be reached last time; None while it is connected."""

    def register_with_event_loop(self, hub: Any) -> None:  # noqa: ANN401  # Celery's own
        """The beat belongs to this loop: Celery cancels it with the connection."""
        super().register_with_event_loop(hub)
        hub.timer.call_repeatedly(self.beat_seconds, self.beat)

    def ensure_connected(self, conn: Any) -> Any:  # noqa: ANN401  # Celery's own
        """Tries until the broker is there; why it is not is the readiness log's to say."""

        def remember(error: BaseException, _interval: float) -> None:
            self.away_because = error

        connection = conn.ensure_connection(
            remember,
            interval_start=RETRY_SECONDS,
            interval_step=RETRY_SECONDS,
            interval_max=RETRY_SECONDS,
            callback=self._while_it_waits,
        )
        self.first_connection_attempt = False
        self.away_because = None
        return connection

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """See `on_connection_error_after_connected`."""
        self.away_because = exc

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Celery drops the connection; its log line is dropped by `_is_news`."""
        self.away_because = exc
        with warnings.catch_warnings():
            # Of tasks acknowledged late, which there are none of here.
            warnings.simplefilter("ignore", CPendingDeprecationWarning)
            super().on_connection_error_after_connected(exc)

    def _while_it_waits(self) -> None:
        self.beat()
        maybe_shutdown()


def _is_news(record: logging.LogRecord) -> bool:
    """Celery says at each break that it reconnects; the readiness log says it once, and why."""
    arguments = record.args
    return not (isinstance(arguments, tuple) and arguments[:1] == (_RETRY_MESSAGE,))


logging.getLogger("celery.worker.consumer.consumer").addFilter(_is_news)
