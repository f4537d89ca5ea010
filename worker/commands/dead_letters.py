"""`adjudicator dead-letters`: lists, redrives and discards what could not be processed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from worker.commands.dead_letter_discard import discard
from worker.commands.dead_letter_options import DeadLetterId, dead_letter_options
from worker.commands.dead_letter_redrive import redrive
from worker.commands.dead_letter_selection import open_store
from worker.commands.failures import NotFound
from worker.dead_letters.inspect import DeadLetterFilter, DeadLetterView, matching, view_of
from worker.dead_letters.sharded import DeadLetters
from worker.dead_letters.tables import dead_letter_parts, dead_letter_table, discard_table, totals
from worker.store.protocol import KeptDeadLetter
from worker.terminal.console import console
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy

_PAGE = 500


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the commands in the order in which a user needs them."""
        del ctx
        return list(self.commands)


@click.group("dead-letters", cls=_InOrder)
def command() -> None:
    """
    See what could not be processed, and redrive or discard it.

    An event that is refused (its sender must correct it) or set aside (we must fix something)
    becomes a dead letter, its bytes unchanged. It does not block other events, and stays until you
    redrive or discard it. `list` and `show` change nothing.
    """


@command.command("list", short_help="List dead letters and their reasons.")
@dead_letter_options
@click.option("--discarded", is_flag=True, help="List those that were discarded, and why.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object each.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, show_default=True, help="Rows of the table."
)
def list_dead_letters(wanted: DeadLetterFilter, discarded: bool, as_json: bool, limit: int) -> None:
    """List dead letters, the oldest first, and count them by reason."""
    if discarded and wanted != DeadLetterFilter():
        raise click.UsageError("--discarded lists all of them: leave out the filters.")
    with open_store() as store:
        if discarded:
            _list_discards(_discards(store), as_json=as_json)
        elif as_json:
            for letter in matching(store, wanted):
                click.echo(json_line(letter.as_json()))
        else:
            _list(matching(store, wanted), limit)


@command.command("show", short_help="Show dead letters in full, with the event.")
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=DeadLetterId())
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object each.")
@click.option("--raw", is_flag=True, help="Write the event's bytes as received, to a file.")
def show(ids: Sequence[str], as_json: bool, raw: bool) -> None:
    """
    Show dead letters in full: the event, each fault, what was expected and what was found.

    They hold members' data. To send a corrected event: `show ID --raw >event.json`, correct it,
    `adjudicator submit event.json`, and discard the dead letter.
    """
    if raw and (as_json or len(ids) > 1):
        raise click.UsageError("--raw writes one event and nothing else: name one ID.")
    if raw and sys.stdout.isatty():
        raise click.UsageError(
            "--raw could send control codes to a terminal: redirect it to a file or a pipe."
        )
    with open_store() as store:
        for number, letter in enumerate(_found(store, ids)):
            if raw:
                click.echo(_event_of(letter), nl=False)
            elif as_json:
                click.echo(json_line(letter.as_json(whole=True)))
            else:
                _show(letter, is_first=not number)


command.add_command(redrive)
command.add_command(discard)


def _found(store: DeadLetters, ids: Iterable[str]) -> Iterator[DeadLetterView]:
    for each in ids:
        kept = store.dead_letter(each)
        if kept is None:
            raise NotFound(f"There is no dead letter {each}: `dead-letters list` shows them all.")
        yield view_of(kept)


def _event_of(letter: DeadLetterView) -> bytes:
    if letter.event is None:
        raise NotFound(f"Dead letter {letter.id} came without an event: show it without --raw.")
    return letter.event


def _show(letter: DeadLetterView, *, is_first: bool) -> None:
    out = console()
    if not is_first:
        out.rule(style="dim")
    for part in dead_letter_parts(letter):
        out.print(part)


def _list(found: Iterable[DeadLetterView], limit: int) -> None:
    counts: Counter[str] = Counter()
    shown: list[DeadLetterView] = []
    with busy("reading the dead letters"):
        for letter in found:
            counts[letter.reason] += 1
            if len(shown) < limit:
                shown.append(letter)
    out = console()
    if shown:
        out.print(dead_letter_table(shown))
    out.print(totals(counts))
    if len(shown) < counts.total():
        out.print(f"Shown are the oldest, {len(shown):,}: --limit, filters or --json for more.")


def _discards(store: DeadLetters) -> Iterator[KeptDeadLetter]:
    after = None
    while page := store.discarded(after, _PAGE):
        yield from page
        after = page[-1].id


def _list_discards(found: Iterable[KeptDeadLetter], *, as_json: bool) -> None:
    if as_json:
        for each in found:
            fields = {name.decode(): value.decode() for name, value in each.fields.items()}
            click.echo(json_line({"id": each.id} | fields))
    else:
        console().print(discard_table(found))
