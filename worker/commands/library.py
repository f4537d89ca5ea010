"""`adjudicator library`: what can be asked of the rule library itself."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "show": "The policy beside our reading: terminal, Markdown or one HTML page.",
    "check": "Prove all that can be proved: every combination, row, code and date.",
    "diff": "Which classes of claims two libraries decide differently.",
    "import": "Put a yearly release of ICD-10-CM into the table of diagnoses.",
    "trace": "Which sections of a policy document changed, and what leans on them.",
}
"""Each command with its line in `--help`; `library_<name>.py` has each."""


class _Listed(click.Group):
    """The commands, each imported only when it is the one that was typed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a new person needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
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

    Nothing of this needs Redis, Celery or a claim.
    """
