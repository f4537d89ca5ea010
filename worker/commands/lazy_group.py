"""A group of commands that imports a command only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click
from click.shell_completion import CompletionItem

from worker.failures import RetryableError
from worker.nearest import offered

ABOVE = {
    "x12": "doors.x12.command",
    "fhir": "doors.fhir.command",
    "bridge": "doors.kafka.command",
    "console": "console.commands.console",
    "letter": "console.commands.letter",
}
"""Commands that stand above `worker/`, with their modules."""

EXTRAS = {"console": "console", "letter": "console"}
"""The extra that a command above `worker/` needs; a door says so when one of its own is called."""


class ExtraMissing(RetryableError):
    """A command needs packages that are not installed."""

    def __init__(self, command: str, extra: str | None = None) -> None:
        """`extra`: that of the command's name unless given."""
        extra = extra or command
        super().__init__(
            f"`adjudicator {command}` needs packages that are not installed: "
            f"pip install 'mrs-adjudicator[{extra}]'"
        )


class LazyGroup(click.Group):
    """
    The commands of a list, each in a module of its own as `command`.

    So `decide` starts without Celery, `health` without Redis, and `--help` imports no command.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # click's own
        lines: Mapping[str, str],
        modules: str,
        **kwargs: Any,  # noqa: ANN401  # click's own
    ) -> None:
        """`lines`: each command with its line in `--help`; `modules`: how their modules begin."""
        super().__init__(*args, **kwargs)
        self._lines = lines
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a newcomer needs them."""
        return list(self._lines)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command; one that there is not is refused with the nearest."""
        name = args[0]
        if name not in self._lines and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"No such command {name!r}.{offered(name, self._lines)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self._lines:
            return None
        name = f"{self._modules}{cmd_name.replace('-', '_')}"
        if self._modules == "worker.commands.":
            name = ABOVE.get(cmd_name, name)
        try:
            command: click.Command = importlib.import_module(name).command
        except ModuleNotFoundError as missing:
            if self._modules.startswith("doors."):
                extra = self._modules.split(".")[1]
                raise ExtraMissing(self.name or extra, extra) from missing
            if cmd_name in EXTRAS:
                raise ExtraMissing(cmd_name, EXTRAS[cmd_name]) from missing
            raise
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offers the commands without importing any, and the options."""
        named = [
            CompletionItem(name, help=line)
            for name, line in self._lines.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))
