"""`adjudicator audit`: derives past decisions again, and exports evidence for others to do so."""

from __future__ import annotations

import click

from worker.commands.audit_anchor import anchor
from worker.commands.audit_export import export
from worker.commands.audit_verify import verify
from worker.commands.audit_views import views


@click.group("audit")
def command() -> None:
    """
    Derive past decisions again, and export the evidence to do so elsewhere.

    docs/audit.md explains what proves what.
    """


command.add_command(verify)
command.add_command(export)
command.add_command(anchor)
command.add_command(views)
