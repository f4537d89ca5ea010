"""Which member is meant by a claim id."""

from __future__ import annotations

import click

from worker.commands.failures import NotFound
from worker.terminal.console import printable


def only_member(claim_id: str, members: list[str]) -> str:
    """The one member that has the claim; raises `NotFound`, or a usage error if several have."""
    if not members:
        raise NotFound(
            f"No claim {printable(claim_id)} is known. "
            "An event that was refused is in the dead letters; one that waits is in the queue."
        )
    if len(members) > 1:
        known = ", ".join(map(printable, members))
        raise click.UsageError(
            f"The claim id {printable(claim_id)} is not unique: say which member's with --member. "
            f"Known: {known}"
        )
    return members[0]
