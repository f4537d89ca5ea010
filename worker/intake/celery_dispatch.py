"""Celery as the dispatcher sees it: sends dispatches, and starts or stops consuming them."""

from __future__ import annotations

from typing import Any

from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel

from worker.config.redis_failures import failure_in_words
from worker.failures import BrokerUnavailable, WorkerStarting
from worker.intake.shard_watch import ShardPlace
from worker.intake.tasks import QUEUE, send_dispatch
from worker.store.keys import DOOR


class CeleryDispatch:
    """
    Works on one Celery worker; `worker` is what Celery passes to a bootstep.

    `broker` is the broker's address, for display.
    """

    def __init__(self, worker: Any, broker: str) -> None:  # noqa: ANN401  # Celery's own
        self._worker = worker
        self._broker = broker
        self._takes_orders = True
        self._unsent_because: BaseException | None = None
        # When a connection breaks, Celery would use that same connection to requeue the messages
        # that it has not started, and crash. A dispatch may be lost: it is sent again.
        Channel.do_restore = False

    def send(self, due: ShardPlace) -> bool:
        """Whether a dispatch was sent. If not, it is due again once its mark has expired."""
        try:
            send_dispatch(self._worker.app, due)
        except OperationalError as failure:
            self._unsent_because = failure
            return False
        self._unsent_because = None
        return True

    def must_reach_broker(self) -> None:
        """
        Raises `BrokerUnavailable` if this worker gets no dispatches or cannot send any.

        Raises `WorkerStarting` until it has tried to connect for the first time.
        """
        consumer = getattr(self._worker, "consumer", None)
        if consumer is None or consumer.connection is None:
            if consumer is None or consumer.away_because is None:
                raise WorkerStarting("The worker connects to its broker.")
            raise self._unavailable(consumer.away_because)
        # The connection for sending is another one. A dispatch too many does no harm.
        if self._unsent_because is not None and not self.send(ShardPlace(0, DOOR)):
            raise self._unavailable(self._unsent_because)
        tasks = consumer.task_consumer
        if self._takes_orders and (tasks is None or not tasks.consuming_from(QUEUE)):
            raise BrokerUnavailable(
                f"This worker takes no dispatches from the broker at {self._broker}: its consumer "
                "was cancelled. Restart the worker."
            )

    def _unavailable(self, failure: BaseException) -> BrokerUnavailable:
        words = failure_in_words(failure, self._broker, "MRS_BROKER_URL")
        return BrokerUnavailable(f"The broker cannot be used. {words.text}")

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
