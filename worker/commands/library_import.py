"""`adjudicator library import`: imports a yearly ICD-10-CM release into the diagnosis table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from rules.loading.icd10cm_import import Imported, OrderFile, Touched, import_release
from worker.commands.options import Word, library_folders
from worker.processes.interruption import says_when_stopped
from worker.terminal.console import console
from worker.terminal.counts import counted
from worker.terminal.progress import busy

_DAY = click.DateTime(["%Y-%m-%d"])
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NAMED_BY_YEAR = re.compile(r"icd10cm[_-]order[_-](?P<year>20\d\d)")
_SHOWN = 20

_BETWEEN = "between billable and heading"


@click.command("import")
@click.argument("table", type=Word(["icd10cm"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", type=_DAY, help="The first day of the release.  [default: from its name]")
@click.option("--until", type=_DAY, help="The first day after it.  [default: the next 1 October]")
@click.option(
    "--library", type=_FOLDER, help="Folder of the rule library.  [default: the one in use]"
)
@click.option("--write", is_flag=True, help="Write the table. Without it nothing is written.")
@click.option("--all", "is_all", is_flag=True, help=f"Show all codes, not {_SHOWN} of each kind.")
def command(
    table: str,
    file: Path,
    since: datetime | None,
    until: datetime | None,
    library: Path | None,
    write: bool,
    is_all: bool,
) -> None:
    """
    Import an ICD-10-CM release into the library's table, and show the change as a diff.

    FILE is the official order file, icd10cm_order_YYYY.txt, for the fiscal year YYYY, which begins
    on 1 October of the year before. Codes that it no longer has end on its first day, new ones
    begin, and the table covers another year. Then all changed codes are listed that are in a
    version's code sets, or that a heading includes though nobody has reviewed them: review those
    first.

    Exit 0: done; 3: the file is not an order file, its dates do not follow those of the table, or
    the library would not load afterwards.
    """
    del table  # There is only one so far.
    first = since.date() if since else _first_day(file)
    last = until.date() if until else _next_october(first)
    folder, _ = library_folders(library, None)
    # The descriptors, which are not read, may be of any character set.
    order_file = OrderFile(file.name, file.read_text(encoding="latin-1"))
    with busy("comparing the release with the table"):
        imported = import_release(folder, order_file, first, last)
    out = console()
    _show(imported, first, last, None if is_all else _SHOWN, out)
    if not write:
        out.print("Nothing was written. Use --write to write it.")
        return
    _write(folder, imported, out)
    out.print(
        "Now raise `generation` in library.toml, with a [[change]] that says who approved it."
    )


def _write(folder: Path, imported: Imported, out: Console) -> None:
    with says_when_stopped(lambda: "What is named above is written. Run it again for the rest."):
        for name, content in imported.contents.items():
            (folder / name).write_bytes(content)
            out.print(Text(f"Written: {folder / name}"))


def _first_day(file: Path) -> date:
    named = _NAMED_BY_YEAR.search(file.name)
    if named is None:
        raise click.UsageError("The name of the file does not say its year: give --since.")
    return date(int(named["year"]) - 1, 10, 1)


def _next_october(after: date) -> date:
    this_year = date(after.year, 10, 1)
    return this_year if after < this_year else date(after.year + 1, 10, 1)


def _show(imported: Imported, since: date, until: date, most: int | None, out: Console) -> None:
    change = imported.change
    out.print(f"Release of {since}, up to {until}:")
    for sign, style, codes, one, many in (
        ("-", "red", change.ended, "ends", "end"),
        ("+", "green", change.begun, "begins", "begin"),
        ("~", "yellow", change.turned, f"changes {_BETWEEN}", f"change {_BETWEEN}"),
    ):
        out.print(
            Text(f"{sign} {counted(len(codes), f'code {one}', f'codes {many}')}", style=style)
        )
        for line in _first(codes, most):
            out.print(Text(f"  {sign} {line}", style=style))
    out.print(Text(f"{len(imported.touched)} of them touch code sets:", style="bold"))
    for line in _first([_told(one) for one in imported.touched], most):
        out.print(Text(f"  {line}"), soft_wrap=True)


def _told(one: Touched) -> str:
    return f"{one.code}  {one.what} (version {one.version})"


def _first(lines: Sequence[str], most: int | None) -> list[str]:
    """Returns all lines, or the first ones and the number of the rest."""
    if most is None or len(lines) <= most:
        return list(lines)
    return [*lines[:most], f"and {len(lines) - most:,} more"]
