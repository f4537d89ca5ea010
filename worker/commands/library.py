"""`adjudicator library`: commands about the rule library itself."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "show": "The policy beside our reading: terminal, Markdown or one HTML page.",
    "check": "Prove a library: every combination, row, code and date.",
    "diff": "Which classes of claims two libraries decide differently.",
    "import": "Import a yearly ICD-10-CM release into the table of diagnoses.",
    "trace": "Which sections of a policy document changed, and what depends on them.",
}
"""Each command with its line in `--help`; it is in `library_<name>.py`."""


class _Listed(click.Group):
    """The commands, each imported only when it was typed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the commands in the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports and returns the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"worker.commands.library_{cmd_name}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("library", cls=_Listed)
def command() -> None:
    """
    Read, prove and compare the rule library: the policy as it is applied here.

    None of this needs Redis, Celery or a claim.
    """
