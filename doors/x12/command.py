"""`adjudicator x12`: commands for claims that come as X12 files."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {
    "read": "Turn 837 files into events, and send them to the queue if asked to.",
    "watch": "Work off the files that others put into a folder.",
    "answers": "Write 277 and 835 answers to determinations.",
}
"""Each command with its line in `--help`; it is in `commands/<name>.py`."""


@click.group("x12", cls=LazyGroup, lines=COMMANDS, modules="doors.x12.commands.")
def command() -> None:
    """Claims that come as X12 files: 837P and 837I in, acknowledgements and answers out."""
