"""Celery as the dispatcher sees it: sends dispatches, and starts or stops consuming them."""

from __future__ import annotations

from typing import Any

import structlog
from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel

from worker.intake.tasks import QUEUE, send_dispatch
from worker.store.keys import Place

_log = structlog.get_logger(__name__)


class CeleryDispatch:
    """Works on one Celery worker; `worker` is what Celery passes to a bootstep."""

    def __init__(self, worker: Any) -> None:  # noqa: ANN401  # Celery's own
        self._worker = worker
        self._takes_orders = True
        # When a connection breaks, Celery would use that same connection to requeue the messages
        # that it has not started, and crash. A dispatch may be lost: it is sent again.
        Channel.do_restore = False

    def send(self, place: Place) -> bool:
        """Whether a dispatch was sent. If not, it is due again once its mark has expired."""
        try:
            send_dispatch(self._worker.app, place)
        except OperationalError as failure:
            _log.warning("the broker did not accept a dispatch", cause=type(failure).__name__)
            return False
        return True

    def accept_dispatches(self, wanted: bool) -> None:  # a plain yes or no
        """Makes the worker consume dispatches from now on, or leave them to others."""
        # A worker consumes from the start. While it must not, this is repeated on each call,
        # because a new connection to the broker starts consuming again.
        consumer = getattr(self._worker, "consumer", None)
        if consumer is None or (wanted and self._takes_orders):
            return
        self._takes_orders = wanted
        consumer.call_soon(self._apply, consumer, wanted)

    @staticmethod
    def _apply(consumer: Any, wanted: bool) -> None:  # noqa: ANN401  # as above
        """Runs in Celery's own loop."""
        if consumer.task_consumer is None:
            return
        if wanted:
            consumer.add_task_queue(QUEUE)
        elif consumer.task_consumer.consuming_from(QUEUE):
            consumer.cancel_task_queue(QUEUE)
