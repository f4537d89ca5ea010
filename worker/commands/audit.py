"""`adjudicator audit`: past decisions derived again, and evidence for others to do the same."""

from __future__ import annotations

import click

from worker.commands.audit_anchor import anchor
from worker.commands.audit_export import export
from worker.commands.audit_verify import verify


@click.group("audit")
def command() -> None:
    """
    Derive past decisions again, and hand out the evidence to do so elsewhere.

    What is proved by what: docs/audit.md.
    """


command.add_command(verify)
command.add_command(export)
command.add_command(anchor)
