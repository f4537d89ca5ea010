"""`adjudicator fhir`: commands for claims that come as FHIR resources."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {
    "read": "Turn FHIR resources into events, and send them to the queue if asked to.",
    "answers": "Write a ClaimResponse for each determination to a folder.",
    "serve": "Take Claims over HTTP, and answer them with ClaimResponses.",
}
"""Each command with its line in `--help`; it is in `commands/<name>.py`."""


@click.group("fhir", cls=LazyGroup, lines=COMMANDS, modules="doors.fhir.commands.")
def command() -> None:
    """Claims that come as FHIR R4 resources."""
