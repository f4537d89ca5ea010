"""An installation of the console's own, with the sample day decided, for as long as it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Final

import click

from worker.client import submit
from worker.config.connections import redis_client
from worker.config.settings import Settings
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import installation
from worker.store.keys import Keys

WORKERS: Final = 2


@contextmanager
def sample_installation() -> Iterator[Settings]:
    """
    An embedded Redis with workers that have decided the sample day.

    Its workers go on while the block runs; everything is stopped and removed at the end. Raises
    `NotStarted`.
    """
    events = (files("worker") / "samples" / "day.jsonl").read_bytes().splitlines()
    click.echo(f"Starting an embedded Redis and {WORKERS} Celery workers ...")
    with installation(workers=WORKERS) as own:
        submit(events, redis_url=own.settings.redis_url.get_secret_value())
        with redis_client(own.settings) as redis:
            watch = QueueWatch(redis, Keys(own.settings.prefix), own.settings.lanes)
            watch.wait_until_drained(lambda _: own.mend())
        click.echo(f"{len(events)} events of the sample day are decided.")
        yield own.settings
