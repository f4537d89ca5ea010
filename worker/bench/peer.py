"""The usual alternative: one Celery task per claim, with the same rules and the same commit.

The settings are those that Celery's documentation recommends for tasks that must not be lost.
Runs as a separate process: `python -m worker.bench.peer 2` is a worker with two processes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from celery import Celery, signals

from rules.facts import Event
from worker.config.connections import celery_broker_options, celery_broker_url
from worker.config.settings import Settings, load_settings
from worker.events.decode import decode
from worker.failures import ClockMoved, StaleRead
from worker.intake.commit_builder import CommitBuilder, DecodedEntry, LoadedMember
from worker.intake.runtime import Runtime, Runtimes
from worker.metrics.counters import Tally
from worker.processes.orphans import end_with_parent
from worker.store.member_state import member_of
from worker.store.protocol import Lease, QueueEntry, Stored

QUEUE: Final = "peer"
TASK: Final = "peer.adjudicate"

LEASE: Final = Lease(QUEUE, "peer", 3_600_000, takes=0)
"""The commit requires a lease. All tasks share this one, as only the records' stamps keep two
tasks apart."""

_LOAD_BYTES_MAX: Final = 16 * 1024 * 1024


def make_peer(settings: Settings) -> Celery:
    """Creates the Celery app for producers and workers."""
    app = Celery("peer", broker=celery_broker_url(settings), set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue=QUEUE,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=dict(celery_broker_options(settings)),
    )
    return app


def send(events: Iterable[bytes], settings: Settings, queue: str) -> None:
    """Sends one task per event."""
    with make_peer(settings) as app:
        for event in events:
            app.send_task(TASK, args=(event.decode(),), queue=queue, ignore_result=True)


def adjudicate(runtime: Runtime, raw: bytes) -> None:
    """Decides one event and commits it; retries if another task changed the record."""
    event = decode(raw, runtime.library.remittance)
    assert isinstance(event, Event)
    while True:
        loaded = runtime.store.load([event.member_id], _LOAD_BYTES_MAX)
        draft = CommitBuilder(runtime.library, {event.member_id: _held(loaded.members[0])})
        entry = QueueEntry("", loaded.now, raw)
        draft.take(DecodedEntry(entry, event, sha256(raw).digest()))
        try:
            # There is no entry to remove: Celery acknowledges its message.
            runtime.store.commit(LEASE, draft.commit(loaded.now, Tally())._replace(done=()))
        except (StaleRead, ClockMoved):
            continue
        return


def _held(stored: Stored) -> LoadedMember:
    member = member_of(stored)
    return LoadedMember(stored.stamp, member)


def main(processes: int) -> None:
    """Runs a worker until it is stopped."""
    settings = load_settings()
    app, runtimes = make_peer(settings), Runtimes(settings)
    runtimes.current()  # before the fork, so that the children inherit the library

    @app.task(name=TASK, shared=False)
    def _adjudicate(event: str) -> None:
        adjudicate(runtimes.current(), event.encode())

    main_process = os.getpid()

    def begin_child(**_: object) -> None:
        if os.getpid() != main_process:
            end_with_parent(main_process, settings.lease_seconds)

    signals.worker_process_init.connect(begin_child, weak=False)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    app.worker_main(["worker", f"--concurrency={processes}", *quiet])


if __name__ == "__main__":
    main(int(sys.argv[1]))
