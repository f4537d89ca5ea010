"""The two dispatches that Celery carries: route the door, and drain a lane. They hold no claim."""

from __future__ import annotations

from typing import Final

from celery import Celery
from celery.worker.request import Request
from kombu import Queue

from worker.intake.runtime import Runtime, Runtimes
from worker.intake.shard_watch import ShardPlace
from worker.store.keys import DOOR

ROUTE: Final = "mrs.route"
DRAIN: Final = "mrs.drain"
QUEUE: Final = "drain"

DISPATCH_QUEUE: Final = Queue(QUEUE, no_ack=True)
"""The broker forgets a dispatch when it delivers it. With acknowledgements, a connection that broke
just then would leave the worker waiting for a free slot for ever."""


class DispatchRequest(Request):
    """A dispatch in a worker; it is never acknowledged to the broker."""

    def acknowledge(self) -> None:
        """See `DISPATCH_QUEUE`."""
        self.acknowledged = True


def add_tasks(app: Celery, runtimes: Runtimes) -> None:
    """Registers the tasks that carry out the dispatches."""

    @app.task(name=ROUTE, shared=False, Request=DispatchRequest)
    def route(shard: int = 0) -> None:
        runtimes.carry_out(shard, Runtime.route)

    @app.task(name=DRAIN, shared=False, Request=DispatchRequest)
    def drain(lane: int, shard: int = 0) -> None:
        runtimes.carry_out(shard, lambda runtime: runtime.drain(lane))


def send_dispatch(app: Celery, due: ShardPlace) -> None:
    """
    Asks some worker to look at a place.

    It is sent once. A lost dispatch is sent again when the place's mark has expired; a late or
    duplicate one finds the lease taken or nothing to do.
    """
    shard, place = due
    named = {"shard": shard} if shard else {}  # a worker of an earlier release knows no shards
    if place == DOOR:
        app.send_task(ROUTE, kwargs=named, queue=QUEUE, retry=False, ignore_result=True)
    else:
        arguments = (int(place),)
        app.send_task(
            DRAIN, args=arguments, kwargs=named, queue=QUEUE, retry=False, ignore_result=True
        )
