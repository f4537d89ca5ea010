"""`adjudicator contract show`: the schemas of the contract."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from worker.commands.options import Word
from worker.contract.catalog import DOCUMENTS, packaged


class _Name(Word):
    """The name of a schema; `--help` leaves the long list to the command itself."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """A placeholder."""
        del param, ctx
        return "[NAME]"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin so."""
        del ctx, param
        return [CompletionItem(name) for name in DOCUMENTS if name.startswith(incomplete)]


@click.command("show")
@click.argument("name", required=False, type=_Name(DOCUMENTS))
def command(name: str | None) -> None:
    """
    List the schemas of the contract, or print the one called NAME.

    They are JSON Schemas of the dialect 2020-12, as shipped with this version; `asyncapi` describes
    the streams and refers to them. What a schema cannot say, such as that a span does not end
    before it begins, is in its $comment.
    """
    if name is not None:
        click.echo(packaged(name), nl=False)
        return
    longest = max(map(len, DOCUMENTS))
    for each, published in DOCUMENTS.items():
        click.echo(f"{each:<{longest}}  {published.about}")
