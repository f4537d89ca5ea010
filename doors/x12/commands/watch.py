"""`adjudicator x12 watch`: works off the files that others put into a folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from redis import RedisError

from doors.x12.answer_files import write_answers
from doors.x12.commands.options import claims_option, reading_options
from doors.x12.drop_folder import DropFolder, move
from doors.x12.files import read_file
from doors.x12.kept_claims import keep_claims
from doors.x12.report import counts_of, is_clean, sentences_of
from doors.x12.terms import ReadingTerms
from worker.client import send_in_batches
from worker.commands.failures import said_of
from worker.config.settings import Settings, load_settings
from worker.failures import RetryableError
from worker.terminal.console import printable

_PAUSE_SECONDS = 1.0


@click.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Work off what is there, and end.")
@click.option(
    "--settle",
    type=click.FloatRange(0, 3600),
    default=5.0,
    show_default=True,
    help="Seconds for which a file must not have changed to count as complete.",
)
@claims_option
@reading_options
def command(
    folder: Path, once: bool, settle: float, claims: Path | None, terms: ReadingTerms
) -> None:
    """
    Send the claims of each file that is put into FOLDER, and answer it.

    A complete file is read and its claims are sent to the queue. Then its acknowledgements (TA1,
    999, 277CA) are written into FOLDER/done, and the file is moved there; one of which nothing was
    accepted goes to FOLDER/rejected in the same way. If this is killed at any point, start it
    again: a file that had not been moved is worked off anew, which has no second effect.

    While Redis is away, files stay where they are. Runs until SIGTERM or Ctrl-C.
    """
    drop = DropFolder(folder, settle)
    way = _Way(load_settings(), terms, claims)
    with drop.held():
        for complete in _rounds(drop, settle, once=once):
            for path in complete:
                _work_off(path, drop, way, once=once)


class _Way(NamedTuple):
    """How each file is dealt with."""

    settings: Settings
    terms: ReadingTerms
    claims: Path | None


def _rounds(drop: DropFolder, settle: float, *, once: bool) -> Iterator[list[Path]]:
    """The complete files, again and again."""
    drop.complete()
    if once:
        time.sleep(settle)
        yield drop.complete()
        return
    while True:
        yield drop.complete()
        time.sleep(_PAUSE_SECONDS)


def _work_off(path: Path, drop: DropFolder, way: _Way, *, once: bool) -> None:
    """Deals with a file; one that cannot be dealt with now stays for the next round."""
    try:
        _deal_with(path, drop, way)
    except (OSError, RedisError, RetryableError) as failure:
        if once:
            raise
        drop.forget(path)
        click.echo(f"{printable(path.name)}: it waits. {said_of(failure).text}", err=True)


def _deal_with(path: Path, drop: DropFolder, way: _Way) -> None:
    """
    Sends, answers and moves, in that order: what is moved was sent, and what is answered too.

    Killed in between, the file is dealt with again. Its events have the same ids and its answers
    the same names, so each takes the place of the one before.
    """
    with path.open("rb") as source, read_file(source, path.name, way.terms) as reading:
        if not drop.is_unchanged(path):
            drop.forget(path)
            return
        if way.claims is not None:
            keep_claims(way.claims, reading)
        for _ in send_in_batches(reading.events(), way.settings):
            pass
        counts = counts_of(reading)
        is_rejected = not counts.accepted and not is_clean(reading, counts)
        place = drop.place_for(path, is_rejected=is_rejected)
        named = reading._replace(name=place.name)
        write_answers(named, source, way.terms.encoding, place.parent)
        for sentence in sentences_of(reading, counts):
            click.echo(sentence, err=True)
    move(path, place)
