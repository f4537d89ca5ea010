"""The two orders that Celery carries: look at the door, and work in a lane. No claim is in them."""

from __future__ import annotations

from typing import Final

from celery import Celery
from celery.worker.request import Request
from kombu import Queue

from worker.intake.runtime import Runtimes
from worker.store.keys import DOOR, Place

ROUTE: Final = "mrs.route"
DRAIN: Final = "mrs.drain"
QUEUE: Final = "drain"

ORDERS: Final = Queue(QUEUE, no_ack=True)
"""The broker forgets an order as it hands it out. Were it to be told that the order has come, and
the connection broke just then, the worker would wait for room for another one for ever."""


class OrderRequest(Request):
    """An order in a worker; there is nobody to tell what becomes of it."""

    def acknowledge(self) -> None:
        """See `ORDERS`."""
        self.acknowledged = True


def add_tasks(app: Celery, runtimes: Runtimes) -> None:
    """Teaches an app what to do when an order comes."""

    @app.task(name=ROUTE, shared=False, Request=OrderRequest)
    def route() -> None:
        runtimes.current().route()

    @app.task(name=DRAIN, shared=False, Request=OrderRequest)
    def drain(lane: int) -> None:
        runtimes.current().drain(lane)


def send_order(app: Celery, place: Place) -> None:
    """
    Asks some worker to look at a place.

    It is sent once: a lost one is sent again when the place's mark has run out, and a late or
    doubled one finds the lease taken or nothing to do.
    """
    if place == DOOR:
        app.send_task(ROUTE, queue=QUEUE, retry=False, ignore_result=True)
    else:
        app.send_task(DRAIN, args=(int(place),), queue=QUEUE, retry=False, ignore_result=True)
