"""`adjudicator contract check`: files against the contract."""

from __future__ import annotations

from pathlib import Path

import click

from worker.commands.options import FILE, chosen_library, library_options
from worker.contract.check import ContractCheck
from worker.events.files import event_lines
from worker.events.remittance import LoadedWhenAsked
from worker.replay.in_memory import refusal_line


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@library_options
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], library: Path | None, plans: Path | None
) -> None:
    """
    Check the lines of FILE (or - for standard input) against the contract, and send nothing.

    A line is an event as a producer sends it, or a determination as a consumer reads it, as JSON.
    Events are checked by what workers use to decode them, so that what no schema can say is checked
    too. What is wrong is reported on standard error, one JSON object for each line, as in
    `adjudicator decide`; the exit code is then 1.
    """
    check = ContractCheck(LoadedWhenAsked(lambda: chosen_library(library, plans).remittance))
    for line in event_lines(files):
        refusal = check.refusal_of(line.raw)
        if refusal is not None:
            click.echo(refusal_line(line, refusal), err=True)
    click.echo(
        f"As the contract says: events {check.accepted['events']}, "
        f"determinations {check.accepted['determinations']}. Refused: {check.refused}."
    )
    ctx.exit(1 if check.refused else 0)
