"""What is said of a claim id that leads to no claim, or to several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from worker.commands.failures import NotFound
from worker.explain.claim_history import NoneFound, NoSuchClaim, SeveralMembers
from worker.terminal.console import printable


@contextmanager
def not_knowing(claim_id: str, member: str | None, archive: object | None) -> Iterator[None]:
    """
    Reports in words that there is no such claim, or that several members have it.

    `archive`: whatever was named, or None.
    """
    try:
        yield
    except NoneFound:
        said = f"Claim {printable(claim_id)} is known, but its determinations {elsewhere(archive)}"
        raise NotFound(said) from None
    except NoSuchClaim:
        raise NotFound(_not_found(claim_id, member)) from None
    except SeveralMembers as several:
        known = ", ".join(map(printable, several.members))
        raise click.UsageError(
            f"The claim id {printable(claim_id)} is not unique: name the member with --member. "
            f"Known: {known}"
        ) from None


def elsewhere(archive: object | None) -> str:
    """Says where determinations are not, and what to do."""
    if archive is not None:
        return "are neither in Redis nor in the archive."
    return "are not in Redis: if they were archived, name the archive's folder with --archive."


def _not_found(claim_id: str, member: str | None) -> str:
    if member is not None:
        return f"Nothing is published for claim {printable(claim_id)} of that member."
    return (
        f"No claim {printable(claim_id)} is known. "
        "A refused event is in the dead letters; a waiting one is in the queue."
    )
