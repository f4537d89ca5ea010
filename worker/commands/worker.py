"""`adjudicator worker`: runs the Celery worker that processes the queue."""

from __future__ import annotations

from typing import Final

import click

from worker.processes.processors import usable_processors
from worker.terminal.counts import counted

PROCESSES_A_PROCESSOR_MAX: Final = 4
"""More would only use memory: a deciding process rarely waits."""


def _within_the_processors(
    ctx: click.Context, parameter: click.Parameter, value: int | None
) -> int:
    del ctx, parameter
    processors = usable_processors()
    most = PROCESSES_A_PROCESSOR_MAX * processors
    if value is not None and value > most:
        raise click.BadParameter(
            f"{value} is more than {most}: {PROCESSES_A_PROCESSOR_MAX} for each of the "
            f"{counted(processors, 'processor')} that this machine or container lets it use."
        )
    return value or processors


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    callback=_within_the_processors,
    help="Number of deciding processes, at most 4 per processor within the container's limit.  "
    "[default: one per processor]",
)
def command(concurrency: int) -> None:
    """
    Run a worker that processes the queue, until SIGTERM or Ctrl-C.

    It is a Celery worker: `celery -A worker.app worker` runs the same one. It finishes the work it
    has begun before it stops. Give it a supervisor that restarts it, and use
    `adjudicator health --ready` as its probe.
    """
    # Only now: it reads the settings, and help and completion are there to mend them by.
    from worker.app import app, run_worker  # noqa: PLC0415  # see above

    run_worker(app, concurrency)
