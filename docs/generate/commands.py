"""Writes `docs/commands.md` from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from textwrap import fill
from typing import Final

import click

from worker.cli import COMMANDS, adjudicator
from worker.commands.archive_restore import command as restore

_COLUMNS: Final = 100

_COMPLETION: Final = (
    "Your shell completes commands, options, reasons, plans, parameters and schemas, those of the",
    "library in use.",
    "Put the line of your shell into `~/.bashrc`, `~/.zshrc` or `~/.config/fish/config.fish`:",
    "",
    "```text",
    'eval "$(_ADJUDICATOR_COMPLETE=bash_source adjudicator)"',
    'eval "$(_ADJUDICATOR_COMPLETE=zsh_source adjudicator)"',
    "_ADJUDICATOR_COMPLETE=fish_source adjudicator | source",
    "```",
)


def commands_page() -> str:
    """Every command with its arguments and options, in the order of `adjudicator --help`."""
    # With its settings: a command keeps the help option that it made under its first parent.
    root = click.Context(adjudicator, info_name="adjudicator", **adjudicator.context_settings)
    lines = [
        "# Commands",
        "",
        "Written by `make docs` from the commands themselves; edit the command, not this page.",
        "",
        fill(str(adjudicator.epilog), _COLUMNS),
        "",
        *_COMPLETION,
        "",
        "| command | does |",
        "|---|---|",
        *(
            f"| [`adjudicator {name}`](#adjudicator-{name}) | {COMMANDS[name]} |"
            for name in COMMANDS
        ),
    ]
    for name in COMMANDS:
        command = adjudicator.get_command(root, name)
        assert command is not None  # each name in the list is a command
        lines += _section(command, click.Context(command, info_name=name, parent=root), 2)
    return "\n".join([*lines, ""])


def _section(command: click.Command, ctx: click.Context, level: int) -> Iterator[str]:
    yield from ("", f"{'#' * level} {ctx.command_path}", "")
    words = " ".join(command.collect_usage_pieces(ctx))
    yield from ("```text", f"{ctx.command_path} {words}", "```", "")
    yield from cleandoc(command.help or "").replace("\b\n", "").split("\n")
    options = list(_options(command, ctx))
    if options:
        yield from ("", "| option | what |", "|---|---|", *options)
    if command.name == "archive":  # another command behind a word of its own
        yield from _section(restore, click.Context(restore, ctx, "restore"), level + 1)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None  # as above
            yield from _section(inner, click.Context(inner, info_name=name, parent=ctx), level + 1)


def _options(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """A row for each option but `--help`, which all have."""
    for parameter in command.params:
        record = None if isinstance(parameter, click.Argument) else parameter.get_help_record(ctx)
        if record is not None:
            names, what = (cell.replace("|", r"\|") for cell in record)
            yield f"| `{names}` | {' '.join(what.split())} |"
