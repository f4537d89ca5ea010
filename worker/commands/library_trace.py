"""`adjudicator library trace`: compares a policy document with the version that was read."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from rules.loading.files import load_library, read_policy
from rules.policy.trace import Traced, trace
from worker.commands.completion import complete_policies
from worker.commands.library_show import chosen_version
from worker.commands.options import library_folders, library_options
from worker.terminal.console import console

_MISSING = (
    "Missing: no line begins as that section did. If only its heading changed, its text was taken "
    "with the section before it."
)
_STYLES = {"same": "dim", "changed": "bold yellow", "missing": "bold red"}


@click.command("trace")
@click.option(
    "--text",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The policy document as text. It is not stored.",
)
@click.option("--version", "wanted", help="The version to compare with.  [default: the latest]")
@click.option(
    "--policy", shell_complete=complete_policies, help="Its policy.  [default: the first]"
)
@click.option("--all", "is_all", is_flag=True, help="Also list unchanged sections.")
@library_options
@click.pass_context
def command(
    ctx: click.Context,
    text: Path,
    wanted: str | None,
    policy: str | None,
    is_all: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Say which sections of a policy document changed, and what depends on them.

    What depends on a section: the criteria that cite it, the code sets that express it, the
    criteria that use those code sets, parameters, and every reason that any of them gives. The
    library holds a digest of each section's text, never the text. Exit 0: nothing changed; 1: some
    sections changed, or were not found.
    """
    folder, own_plans = library_folders(library, plans)
    document = chosen_version(read_policy(folder), wanted, policy)
    reasons = load_library(folder, own_plans).reasons
    traced = trace(_read(text), document, reasons)
    differing = [one for one in traced if one.state != "same"]
    out = console()
    shown = traced if is_all else differing
    for one in shown:
        out.print(_told(one))
    if any(one.state == "missing" for one in shown):
        out.print(_MISSING)
    resting = sum(one.is_leaned_on for one in differing)
    out.print(
        f"{len(differing)} of {len(traced)} sections differ from the text of version "
        f"{document.version}; decisions depend on {resting} of them."
    )
    ctx.exit(1 if differing else 0)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text.") from error


def _told(one: Traced) -> Text:
    """Describes a section: the state of its text, and what depends on it, by kind."""
    text = Text(one.section, style="bold").append(f"  {one.state}", style=_STYLES[one.state])
    for kind, names in (
        ("criteria", one.criteria),
        ("code sets", one.code_sets),
        ("criteria that use those code sets", one.through_code_sets),
        ("parameters", one.parameters),
        ("reasons", one.reasons),
        ("open questions", one.questions),
    ):
        if names:
            text.append(f"\n    {kind}: {', '.join(names)}", style="default not bold")
    return text
