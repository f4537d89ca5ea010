"""`adjudicator dead-letters redrive`: puts events back on the queue."""

from __future__ import annotations

from collections.abc import Sequence

import click

from worker.commands.dead_letter_options import dead_letter_options
from worker.commands.dead_letter_selection import (
    do_each,
    everything_option,
    ids_argument,
    must_say_which,
    open_store,
    say_missing,
    select,
    without,
)
from worker.dead_letters.inspect import DeadLetterFilter
from worker.terminal.counts import counted


@click.command("redrive", short_help="Put events back on the queue, once each.")
@ids_argument
@everything_option
@dead_letter_options
@click.pass_context
def redrive(
    ctx: click.Context, ids: Sequence[str], everything: bool, wanted: DeadLetterFilter
) -> None:
    """
    Put events back on the queue, once each: those with the IDs, or all that match the filters.

    An event goes back as first received. If nothing was fixed, it becomes a dead letter again.
    `list` with the same filters shows beforehand which ones match.
    """
    must_say_which(ids, wanted, everything=everything)
    with open_store() as store:
        meant = select(store, ids, wanted)
        done = do_each("put back", meant.letters, store.redrive)
    click.echo(f"{len(done)} put back on the queue.")
    if meant.commands:
        stay = counted(len(meant.commands), "internal order stays", "internal orders stay")
        click.echo(
            f"{stay}: discard, and order again with `adjudicator readjudicate --member`.", err=True
        )
    missing = say_missing([*meant.missing, *without(meant.letters, done)])
    ctx.exit(1 if missing or meant.commands else 0)
