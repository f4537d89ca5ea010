"""`adjudicator letter`: the letter about a line, without a browser."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast, get_args

import click

from console.letters.case import Lettering, LetterRefused
from console.letters.forms import FORMS, LetterForm, made
from console.letters.loading import load_letters
from console.letters.model import Addressee, LetterKind, LetterLibrary
from console.letters.recorded import recorded_letter
from rules.library_model import Library
from rules.loading.files import load_library
from worker.archive.shard_archives import ShardArchives
from worker.commands.claim_search import not_knowing
from worker.commands.failures import FOUND_WANTING, CommandFailed, FailureMessage, NotFound
from worker.commands.lazy_group import ExtraMissing
from worker.commands.options import FILE, FOLDER, Word, library_folders, library_options
from worker.config.settings import load_settings
from worker.events.decode import Refusal
from worker.events.files import EventLine
from worker.explain.claim_history import ClaimHistory, claim_in_events, claim_in_shards
from worker.replay.in_memory import refusal_line
from worker.store.shard_presence import look_for
from worker.store.shards import open_shards
from worker.terminal.console import printable

_FOR_ITS_OWNER: Final = 0o600
_STANDARD_OUTPUT: Final = "-"


@click.command("letter")
@click.argument("claim_id", metavar="[CLAIM]", required=False)
@click.option("--line", type=click.IntRange(1, 999), help="The line, if the claim has several.")
@click.option("--member", help="The member's id, if several members have a claim with this id.")
@click.option(
    "--to",
    type=Word(get_args(Addressee)),
    default="member",
    show_default=True,
    help="Whom it is written to.",
)
@click.option(
    "--kind",
    type=Word(get_args(LetterKind)),
    help="Which letter is expected; any other is refused.  [default: the one that fits]",
)
@click.option(
    "--format",
    "form",
    type=Word(FORMS),
    default="text",
    show_default=True,
    help="What is written.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    default=_STANDARD_OUTPUT,
    help="The file to write, for its owner alone.  [default: standard output]",
)
@click.option(
    "--date",
    "dated",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date of the letter.  [default: the day (UTC) of the determination]",
)
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="Decide the events of this file (or - for standard input) instead of asking Redis.",
)
@click.option("--archive", type=FOLDER, help="Also read the archive in this folder.")
@click.option("--check", is_flag=True, help="Check the letters of the library, and write none.")
@library_options
def command(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    claim_id: str | None,
    line: int | None,
    member: str | None,
    to: str,
    kind: str | None,
    form: str,
    output: str,
    dated: datetime | None,
    events: tuple[str, ...],
    archive: Path | None,
    check: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Write the letter about a line of CLAIM.

    It tells a determination, asks for information, or tells the outcome of an appeal. The words
    come from the folder `letters/` of the library, and what the letter must hold from its
    `contents.csv`: a letter that lacks one of these is refused. The same determination, date and
    library make the same bytes.
    """
    rules, letters = _loaded(library, plans)
    if check:
        click.echo(_checked(letters))
        return
    if claim_id is None:
        raise click.UsageError("Name a claim, or check the letters with --check.")
    known = _known(claim_id, member, events, archive, rules)
    number = _chosen(known, line, claim_id)
    asked = (cast("Addressee", to), cast("LetterKind | None", kind), dated and dated.date())
    _write(_made(known, number, Lettering(rules, letters), asked, cast("LetterForm", form)), output)


def _loaded(library: Path | None, plans: Path | None) -> tuple[Library, LetterLibrary]:
    folder, own_plans = library_folders(library, plans)
    rules = load_library(folder, own_plans)
    return rules, load_letters(folder, rules)


def _made(
    known: ClaimHistory,
    line: int,
    of: Lettering,
    asked: tuple[Addressee, LetterKind | None, date | None],
    form: LetterForm,
) -> bytes:
    to, kind, on = asked
    try:
        return made(recorded_letter(known, line, of, to, kind=kind, on=on), form)
    except LetterRefused as refused:
        raise CommandFailed(FailureMessage(str(refused), FOUND_WANTING)) from None
    except ModuleNotFoundError as missing:
        raise ExtraMissing("letter", "console") from missing


def _known(
    claim_id: str,
    member: str | None,
    events: tuple[str, ...],
    archive: Path | None,
    rules: Library,
) -> ClaimHistory:
    """Reads the claim from Redis, or derives it from events."""
    if events and archive:
        raise click.UsageError("--archive adds to what is in Redis; --events does not use Redis.")
    if events:
        with not_knowing(claim_id, member, None):
            return claim_in_events(events, claim_id, member, rules, _tell_refused)
    kept = ShardArchives(archive) if archive else None
    with open_shards(load_settings()) as every, not_knowing(claim_id, member, kept):
        shards = look_for(every)
        # A member is in one shard: where that answers, nothing is missing. Of a claim alone nobody
        # can say whether another member has one of the same id.
        if member is None and (failure := shards.failure()):
            raise failure
        return claim_in_shards(shards, claim_id, member, kept)


def _tell_refused(line: EventLine, refusal: Refusal) -> None:
    click.echo(refusal_line(line, refusal), err=True)


def _chosen(known: ClaimHistory, line: int | None, claim_id: str) -> int:
    numbers = ", ".join(map(str, known.lines))
    if line is None and len(known.lines) > 1:
        raise click.UsageError(f"The claim has lines {numbers}: name one with --line.")
    chosen = line or next(iter(known.lines))
    if chosen not in known.lines:
        raise NotFound(f"Claim {printable(claim_id)} has no line {chosen}; it has {numbers}.")
    return chosen


def _write(made: bytes, output: str) -> None:
    if output == _STANDARD_OUTPUT:
        click.echo(made, nl=False)
        return
    opened = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FOR_ITS_OWNER)
    with os.fdopen(opened, "wb") as file:
        file.write(made)


def _checked(letters: LetterLibrary) -> str:
    drafts = sum(template.is_draft for template in letters.templates)
    return (
        f"Letters of {len(letters.templates)} jurisdictions, {len(letters.contents)} items that "
        f"they must hold; {drafts} without the word of a counsel.\n{letters.digest}"
    )
