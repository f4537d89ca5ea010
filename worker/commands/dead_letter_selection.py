"""Which dead letters a command means, and doing something with each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import click

from worker.commands.dead_letter_options import DeadLetterId
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.dead_letters.inspect import DeadLetterFilter, DeadLetterView, matching, view_of
from worker.dead_letters.sharded import DeadLetters, dead_letters_of
from worker.processes.interruption import says_when_stopped
from worker.terminal.counts import counted
from worker.terminal.progress import ProgressBars

_NAMED_MAX = 20
"""The most ids named in one message."""

ids_argument = click.argument("ids", metavar="[ID]...", nargs=-1, type=DeadLetterId())
everything_option = click.option("--all", "everything", is_flag=True, help="All dead letters.")


class ChosenDeadLetters(NamedTuple):
    """The dead letters that are meant, and the ids that are not there."""

    letters: Sequence[str]
    """Ids of those that hold an event."""
    commands: Sequence[str]
    """Ids of internal commands."""
    missing: Sequence[str]


def must_say_which(ids: Sequence[str], wanted: DeadLetterFilter, *, everything: bool) -> None:
    """Refuses a command that names none, or names them in two ways."""
    if [bool(ids), wanted != DeadLetterFilter(), everything].count(True) != 1:
        raise click.UsageError("Select dead letters: IDs, filters (see --help), or --all.")


def select(store: DeadLetters, ids: Sequence[str], wanted: DeadLetterFilter) -> ChosenDeadLetters:
    """Selects all first: what is put back may become a dead letter again meanwhile."""
    missing: list[str] = []
    by_kind: dict[bool, list[str]] = {False: [], True: []}
    found = _named(store, ids, missing) if ids else matching(store, wanted)
    for letter in found:
        by_kind[letter.is_command].append(letter.id)
    return ChosenDeadLetters(by_kind[False], by_kind[True], missing)


def do_each(what: str, ids: Sequence[str], do: Callable[[str], bool]) -> list[str]:
    """
    Returns the ids for which it could be done, in order.

    If it stops before the end, the command says how many were done.
    """
    done: list[str] = []

    def said() -> str:
        return (
            f"{len(done)} of {counted(len(ids), 'dead letter')} {what}. Run the command again for "
            "the rest."
        )

    with says_when_stopped(said, failing=True), ProgressBars() as bars:
        advance = bars.begin(what, len(ids))
        for each in ids:
            if do(each):
                done.append(each)
            advance(1)
    return done


def say_missing(missing: Sequence[str]) -> bool:
    """Names those that are not there; returns whether there are any."""
    if missing:
        more = f" and {len(missing) - _NAMED_MAX:,} more" if len(missing) > _NAMED_MAX else ""
        click.echo(f"Not there (any more): {', '.join(missing[:_NAMED_MAX])}{more}.", err=True)
    return bool(missing)


def without(ids: Iterable[str], done: Iterable[str]) -> list[str]:
    """Returns the ids that are not among those done."""
    over = set(done)
    return [each for each in ids if each not in over]


@contextmanager
def open_store() -> Iterator[DeadLetters]:
    """The dead letters of the configured installation, while the block runs."""
    with answering_shards(load_settings()) as shards:
        yield dead_letters_of(shards)


def _named(store: DeadLetters, ids: Sequence[str], missing: list[str]) -> Iterator[DeadLetterView]:
    for each in dict.fromkeys(ids):
        kept = store.dead_letter(each)
        if kept is None:
            missing.append(each)
        else:
            yield view_of(kept)
