"""Reaches Celery for a worker's ringer: sends orders, and starts or stops taking them."""

from __future__ import annotations

from typing import Any

import structlog
from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel

from worker.intake.tasks import QUEUE, send_order
from worker.store.keys import Place

_log = structlog.get_logger(__name__)


class CeleryDispatch:
    """Speaks for one Celery worker; `worker` is what Celery gives to a bootstep."""

    def __init__(self, worker: Any) -> None:  # noqa: ANN401  # Celery's own
        self._worker = worker
        self._takes_orders = True
        # When a connection breaks, Celery would put orders that it has not begun back over that
        # very connection, and end on it. An order may be lost: it is sent again.
        Channel.do_restore = False

    def send(self, place: Place) -> bool:
        """Whether an order went off. One that did not is due again when its mark has run out."""
        try:
            send_order(self._worker.app, place)
        except OperationalError as failure:
            _log.warning("the broker took no order", cause=type(failure).__name__)
            return False
        return True

    def take_orders(self, wanted: bool) -> None:  # a yes or no is all it is
        """Has the worker take orders from now on, or leave them to others."""
        # The worker begins by taking them; while it must not, it is told again each time, as a
        # new connection to the broker begins anew.
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
