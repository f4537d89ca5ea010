"""`adjudicator contract`: commands about what goes in and what comes out."""

from __future__ import annotations

import click

from worker.commands.lazy_group import LazyGroup

COMMANDS = {
    "show": "List the schemas of the contract, or print one.",
    "check": "Check a file of events or determinations against the contract.",
}
"""Each command with its line in `--help`; it is in `contract_<name>.py`."""


@click.group("contract", cls=LazyGroup, lines=COMMANDS, modules="worker.commands.contract_")
def command() -> None:
    """
    Print the contract as JSON Schemas, and check files against it.

    None of this needs Redis or Celery.
    """
