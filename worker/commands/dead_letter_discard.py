"""`adjudicator dead-letters discard`: shows, saves and removes dead letters."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

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
from worker.dead_letters.inspect import DeadLetterFilter, DeadLetterView, view_of
from worker.dead_letters.saved import save_dead_letters
from worker.dead_letters.sharded import DeadLetters
from worker.dead_letters.tables import dead_letter_table, totals
from worker.terminal.console import console, printable
from worker.terminal.counts import counted

_SHOWN_MAX = 10


def _in_words(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.UsageError("--because needs a reason in words.")
    return value.strip()


@click.command("discard", short_help="Remove dead letters for good, and say why.")
@ids_argument
@everything_option
@dead_letter_options
@click.option(
    "--because", required=True, metavar="WHY", callback=_in_words, help="The reason; it is kept."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask on a terminal.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save them in this new file.  [default: discarded-<time>.jsonl in this folder]",
)
@click.option("--no-save", is_flag=True, help="Save nothing.")
@click.pass_context
def discard(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    ctx: click.Context,
    ids: Sequence[str],
    everything: bool,
    wanted: DeadLetterFilter,
    because: str,
    dry_run: bool,
    yes: bool,
    save: Path | None,
    no_save: bool,
) -> None:
    """
    Remove dead letters for good: those with the IDs, or all that match the filters.

    A dead letter is the only copy of its event. So it is shown first, and on a terminal you are
    asked; then each is saved in full, with its event, as by `show --json`, in a file that only you
    can read. A note that it existed, and why it was discarded, is kept (`list --discarded`) and
    counted. To send what was saved again: `jq -c '.event | fromjson?' FILE | adjudicator submit -`.
    """
    must_say_which(ids, wanted, everything=everything)
    if save is not None and no_save:
        raise click.UsageError("Choose one of --save and --no-save.")
    with open_store() as store:
        meant = select(store, ids, wanted)
        named = (*meant.letters, *meant.commands)
        if named or dry_run:
            _preview(store, named, console(to_stderr=not dry_run))
        if dry_run:
            click.echo("Nothing was discarded.")
            ctx.exit(1 if say_missing(meant.missing) else 0)
        if named and not yes:
            _ask(len(named))
        if named and not no_save:
            _save(store, named, save or _new_file())
        done = do_each("discarded", named, lambda each: store.discard(each, because))
    click.echo(f"{len(done)} discarded.")
    ctx.exit(1 if say_missing([*meant.missing, *without(named, done)]) else 0)


def _ask(count: int) -> None:
    if sys.stdin.isatty():
        click.confirm(f"Discard {counted(count, 'dead letter')}?", abort=True, err=True)


def _preview(store: DeadLetters, ids: Sequence[str], out: Console) -> None:
    counts: Counter[str] = Counter()
    shown: list[DeadLetterView] = []
    for letter in _views(store, ids):
        counts[letter.reason] += 1
        if len(shown) < _SHOWN_MAX:
            shown.append(letter)
    if shown:
        out.print(dead_letter_table(shown))
    if len(shown) < counts.total():
        out.print(f"... and {counts.total() - len(shown):,} more: `list` shows them all.")
    out.print(totals(counts))


def _save(store: DeadLetters, ids: Sequence[str], file: Path) -> None:
    saved = save_dead_letters(file, _views(store, ids))
    click.echo(f"{counted(saved, 'dead letter')} saved in {printable(file)}.", err=True)


def _views(store: DeadLetters, ids: Sequence[str]) -> Iterator[DeadLetterView]:
    for each in ids:
        kept = store.dead_letter(each)
        if kept is not None:
            yield view_of(kept)


def _new_file() -> Path:
    return Path(f"discarded-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.jsonl")
