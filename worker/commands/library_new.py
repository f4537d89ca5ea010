"""`adjudicator library new`: lays out the folder of a policy, and says what is still missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click
from rich.text import Text

from rules.criteria.kinds import KINDS
from rules.loading.files import SHIPPED
from worker.commands.options import Word, library_folders, library_options
from worker.policy_drafts.kind_text import criterion_text, parameters_text, reasons_rows
from worker.policy_drafts.layout import POLICY, lay_out, service_word
from worker.policy_drafts.omissions import Omission, omissions_in
from worker.policy_drafts.policy_text import DraftNames
from worker.terminal.console import console, printable
from worker.terminal.counts import counted

_ID = re.compile(r"[A-Za-z0-9][\w.-]*")


@click.command("new")
@click.argument("policy", metavar="ID")
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The policy document as text. It is not stored.",
)
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first date of service on which it holds, for a policy that is not there yet.",
)
@click.option(
    "--kind",
    type=Word(tuple(KINDS)),
    help="Print a criterion of this kind, to be filled, and do nothing else.",
)
@library_options
@click.pass_context
def command(
    ctx: click.Context,
    policy: str,
    document: Path | None,
    first_day: datetime | None,
    kind: str | None,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Lay out the folder of a policy, and say what is still missing in it.

    The first time, policies/ID/<day>/ is made in the library from the document and the day:
    policy.toml with a section for each number and heading of the document, the first rows of code
    sets and reasons, and a scenario to fill. Whenever it is typed again it adds the files that
    policy.toml asks for since, and lists what is missing: words, sections, procedures, codes,
    reasons, and answers that no scenario reaches. It never changes a file that is there.

    Exit 0: nothing is missing; 1: something is.
    """
    if kind is not None:
        click.echo(_of_kind(kind))
        return
    folder, own_plans = library_folders(library, plans)
    _must_be_own(folder)
    names = _names(folder, policy, f"{first_day:%Y-%m-%d}" if first_day else None)
    text = None if document is None else _read(document)
    if text is None and not (folder / "policies" / policy / names.version / POLICY).exists():
        raise click.UsageError(f"Name its document with --document: there is no {policy} yet.")
    out = console()
    for path in lay_out(folder, names, text):
        out.print(Text(f"Written: {printable(path)}"), soft_wrap=True)
    missing = list(omissions_in(folder, own_plans, policy, text))
    for line in _told(missing):
        out.print(line, soft_wrap=True)
    out.print(f"{counted(len(missing), 'thing')} missing in policy {policy}.")
    ctx.exit(1 if missing else 0)


def _of_kind(kind: str) -> str:
    parts = [criterion_text(kind), parameters_text(kind)]
    rows = reasons_rows(kind)
    if rows:
        parts.append("\n".join(["# reasons.csv:", *(f"# {row}" for row in rows)]))
    return "\n\n".join(filter(None, parts))


def _must_be_own(folder: Path) -> None:
    if folder.resolve() == SHIPPED.resolve():
        raise click.UsageError(
            "The shipped library is not written to. Copy it, and name the copy with --library."
        )
    if not (folder / "library.toml").is_file():
        raise click.UsageError(f"{folder} is not a rule library: it has no library.toml.")


def _names(folder: Path, policy: str, version: str | None) -> DraftNames:
    """The version that is there, else the one of the day that is named."""
    if not _ID.fullmatch(policy):
        raise click.BadParameter("An id has letters, digits, dots and dashes.", param_hint="'ID'")
    there = sorted(path.parent.name for path in folder.glob(f"policies/{policy}/*/{POLICY}"))
    if there and version not in (None, *there):
        raise click.UsageError(
            f"Policy {policy} has version {there[-1]}: a further version is a copy of its folder."
        )
    if not there and version is None:
        raise click.UsageError("Name the first day on which it holds with --from.")
    return DraftNames(policy, version or there[-1], service_word(policy))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text.") from error


def _told(missing: Iterable[Omission]) -> Iterable[Text]:
    """The steps in their order, each with what is missing under it."""
    for step, held in groupby(missing, key=lambda one: one.step):
        yield Text(step, style="bold")
        for one in held:
            yield Text(f"  {printable(one.said)}")
