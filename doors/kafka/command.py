"""`adjudicator bridge`: commands that carry messages between other queues and ours."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {
    "kafka": "Carry events from a Kafka topic to the queue, or determinations to one.",
}
"""Each command with its line in `--help`; it is in `commands/<name>.py`."""


@click.group("bridge", cls=LazyGroup, lines=COMMANDS, modules="doors.kafka.commands.")
def command() -> None:
    """Carry messages between other queues and ours."""
