"""`adjudicator explain`: a claim's determinations in words."""

from __future__ import annotations

import click

from worker.commands.failures import NotFound
from worker.connections import redis_client
from worker.explaining import explain
from worker.keys import Keys
from worker.published import Data, history_of, members_with
from worker.settings import load_settings
from worker.terminal import console, printable


@click.command("explain")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--line", type=click.IntRange(1, 999), help="Only this line of the claim.")
@click.option("--member", help="The member's id, where several members have a claim of this id.")
def command(claim_id: str, line: int | None, member: str | None) -> None:
    """
    Say in words how CLAIM was decided, and why.

    For each line: the outcome, each criterion with its answer, what was looked at, the section of
    the policy and the parameters, what would settle or reopen it, and the history of revisions.
    """
    histories = _histories(claim_id, member)
    if line is not None:
        if line not in histories:
            known = ", ".join(map(str, histories))
            raise NotFound(f"Claim {printable(claim_id)} has no line {line}; it has {known}.")
        histories = {line: histories[line]}
    out = console()
    for number, history in enumerate(histories.values()):
        if number:
            out.rule(style="dim")
        for part in explain(history):
            out.print(part)


def _histories(claim_id: str, member: str | None) -> dict[int, list[Data]]:
    settings = load_settings()
    keys = Keys(settings.prefix)
    with redis_client(settings) as redis:
        if member is None:
            member = _only_member(claim_id, members_with(redis, keys, claim_id))
        histories = history_of(redis, keys, member, claim_id)
    if not histories:
        raise NotFound(f"Nothing is published for claim {printable(claim_id)} of that member.")
    return histories


def _only_member(claim_id: str, members: list[str]) -> str:
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
