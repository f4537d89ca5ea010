"""`adjudicator library show`: shows the policy beside its reading."""

from __future__ import annotations

from pathlib import Path

import click

from rules.loading.files import load_library, read_changes, read_policy
from rules.policy.document import PolicyDocument
from rules.policy.reading import read_out
from worker.commands.completion import complete_policies, complete_versions
from worker.commands.failures import NotFound
from worker.commands.options import library_folders, library_options
from worker.library_views.code_book import read_code_book
from worker.library_views.html import LibraryPages, page
from worker.library_views.json_view import json_view
from worker.library_views.markdown import markdown
from worker.library_views.terminal import show
from worker.nearest import offered
from worker.terminal.console import console, printable
from worker.terminal.json_lines import json_line


@click.command("show")
@click.option("--markdown", "as_markdown", is_flag=True, help="Write Markdown instead.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write one self-contained HTML page to this file instead, with plans and codes.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead.")
@click.option(
    "--version",
    "wanted",
    shell_complete=complete_versions,
    help="The version to show.  [default: the latest]",
)
@click.option(
    "--policy", shell_complete=complete_policies, help="Its policy.  [default: the first]"
)
@library_options
def command(
    as_markdown: bool,
    html: Path | None,
    as_json: bool,
    wanted: str | None,
    policy: str | None,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Show the policy beside our reading of it, section by section.

    For each section: how we read it, what is examined, what follows if it is met, not met or
    unknown, reasons and codes, and the parameters with their question and the other answers. Then
    the sections that are not automated, the open questions, who may deny by law, and the change log
    of the library.
    """
    if [as_markdown, html is not None, as_json].count(True) > 1:
        raise click.UsageError("Choose one of --markdown, --html and --json.")
    folder, own_plans = library_folders(library, plans)
    loaded = load_library(folder, own_plans)
    document = chosen_version(read_policy(folder), wanted, policy)
    reading = read_out(document, loaded, read_changes(folder).changes)
    if html is not None:
        version = loaded.version_named(document.policy_id, document.version)
        more = LibraryPages(loaded, read_code_book(folder, document.policy_id, version))
        html.write_text(page(reading, more), encoding="utf-8")
        click.echo(f"Written: {html}")
    elif as_json:
        click.echo(json_line(json_view(reading)))
    elif as_markdown:
        click.echo(markdown(reading), nl=False)
    else:
        out = console()
        for part in show(reading):
            out.print(part)


def chosen_version(
    documents: tuple[PolicyDocument, ...], wanted: str | None, policy: str | None
) -> PolicyDocument:
    """Returns the requested version of a policy, else the latest of the first; or `NotFound`."""
    policies = sorted({document.policy_id for document in documents})
    chosen = _known(policy, policies, "policy") if policy else policies[0]
    of_policy = {each.version: each for each in documents if each.policy_id == chosen}
    return of_policy[_known(wanted, [*of_policy], "version") if wanted else [*of_policy][-1]]


def _known(wanted: str, known: list[str], what: str) -> str:
    if wanted in known:
        return wanted
    raise NotFound(
        f"The library has no {what} {printable(wanted)}.{offered(wanted, known)} "
        f"It has: {', '.join(known)}."
    )
