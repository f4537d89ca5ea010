"""Finds the member that a claim id refers to."""

from __future__ import annotations

import click

from worker.commands.failures import NotFound
from worker.terminal.console import printable


def only_member(claim_id: str, members: list[str]) -> str:
    """Returns the member that has the claim; raises `NotFound`, or a usage error for several."""
    if not members:
        raise NotFound(
            f"No claim {printable(claim_id)} is known. "
            "A refused event is in the dead letters; a waiting one is in the queue."
        )
    if len(members) > 1:
        known = ", ".join(map(printable, members))
        raise click.UsageError(
            f"The claim id {printable(claim_id)} is not unique: name the member with --member. "
            f"Known: {known}"
        )
    return members[0]
