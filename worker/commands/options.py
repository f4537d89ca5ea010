"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import click

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from worker.config.settings import load_settings
from worker.nearest import offered

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

Decorated = Callable[..., Any]


class Word(click.Choice[str]):
    """One of a closed set of words; any other is refused with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401  # click's own
        """Returns the word as the set has it."""
        try:
            return str(super().convert(value, param, ctx))
        except click.BadParameter as refused:
            offer = offered(str(value), map(str, self.choices))
            raise click.BadParameter(f"{refused.message}{offer}", ctx, param) from None


def must_be_known(option: str, words: Iterable[str], known: Collection[str]) -> None:
    """Raises `click.BadParameter` for a word that is in no closed set, with the nearest."""
    for word in words:
        if word not in known:
            listed = ", ".join(sorted(known))
            raise click.BadParameter(
                f"{word!r} is not known.{offered(word, known)} Known are: {listed}.",
                param_hint=f"'{option}'",
            )


def library_options(command: Decorated) -> Decorated:
    """Adds `--library` and `--plans`."""
    library = click.option(
        "--library",
        type=FOLDER,
        help="Folder of the rule library.  [default: MRS_LIBRARY, else the shipped one]",
    )
    plans = click.option(
        "--plans",
        type=FOLDER,
        help="Folder of plan files that replaces the library's own.  [default: MRS_PLANS]",
    )
    return library(plans(command))


def library_folders(library: Path | None, plans: Path | None) -> tuple[Path, Path | None]:
    """Returns the library and plans folders: as typed, else as configured, else as shipped."""
    settings = load_settings()
    return library or settings.library or SHIPPED, plans or settings.plans


def chosen_library(library: Path | None, plans: Path | None) -> Library:
    """Loads the library of those folders; raises `LibraryRefused`."""
    return load_library(*library_folders(library, plans))
