"""Options that commands share which read files of claims."""

from __future__ import annotations

from datetime import date, datetime
from functools import wraps
from pathlib import Path

import click

from doors.x12.terms import ReadingTerms, salt_of
from rules.loading.payers import load_payers
from worker.commands.options import Decorated, library_folders, library_options
from worker.config.settings import load_settings

ENCODINGS = ("utf-8", "latin-1", "cp1252")

claims_option = click.option(
    "--claims",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep in this file what the answers to the claims need, for `x12 answers --claims`.",
)


def reading_options(command: Decorated) -> Decorated:
    """Adds options on what files are read by; the command is given them as `terms`."""
    options = (
        click.option(
            "--plan", metavar="PLAN", help="The plan of every payer that payers.csv does not name."
        ),
        click.option(
            "--received",
            type=click.DateTime(["%Y-%m-%d"]),
            help="The day on which the claims were received.  [default: that of GS04]",
        ),
        click.option(
            "--encoding",
            type=click.Choice(ENCODINGS),
            default=ENCODINGS[0],
            show_default=True,
            help="How the files' characters are encoded; it is never guessed.",
        ),
    )

    @wraps(command)
    def with_terms(
        library: Path | None,
        plans: Path | None,
        plan: str | None,
        received: datetime | None,
        encoding: str,
        **others: object,
    ) -> object:
        terms = _terms(library_folders(library, plans), plan, received, encoding)
        return command(terms=terms, **others)

    wrapped: Decorated = with_terms
    for option in reversed(options):
        wrapped = option(wrapped)
    return library_options(wrapped)


def _terms(
    folders: tuple[Path, Path | None],
    plan: str | None,
    received: datetime | None,
    encoding: str,
) -> ReadingTerms:
    folder, own_plans = folders
    day: date | None = received and received.date()
    return ReadingTerms(
        load_payers(folder, own_plans), salt_of(load_settings()), plan, day, encoding
    )
