"""`adjudicator worker`: the Celery worker that works off the queue."""

from __future__ import annotations

import click

from worker.app import app, run_worker


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Number of processes that decide.  [default: one for each core]",
)
def command(concurrency: int | None) -> None:
    """
    Run a worker that works off the queue, until SIGTERM or Ctrl-C.

    It is a Celery worker: `celery -A worker.app worker` runs the same one. What it began it
    finishes before it ends. Give it a supervisor that starts it again, and use
    `adjudicator health --ready` as its probe.
    """
    run_worker(app, concurrency)
