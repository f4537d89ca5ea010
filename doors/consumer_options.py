"""The options of a command that answers determinations as a consumer of their stream."""

from __future__ import annotations

from collections.abc import Callable
from socket import gethostname
from typing import Any

import click

from worker.client import shards_away
from worker.config.settings import load_settings

_Command = Callable[..., Any]


def consumer_options(group: str) -> Callable[[_Command], _Command]:
    """Adds `--group` (by default the one named), `--consumer` and `--idle-seconds`."""
    options = [
        click.option(
            "--group",
            default=group,
            show_default=True,
            help="The consumer group of determinations.",
        ),
        click.option(
            "--consumer",
            metavar="NAME",
            default=gethostname,
            help="The name in the group, under which a restart goes on.  [default: this host's]",
        ),
        click.option(
            "--idle-seconds",
            type=click.FloatRange(min=0, min_open=True),
            help="End after so long without a new determination.  [default: go on]",
        ),
    ]

    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def say_who_is_away() -> None:
    """
    Warns of shards that do not answer, before they are waited for without a word.

    Raises what the first raised if none answers.
    """
    if away := shards_away(load_settings()):
        numbers = ", ".join(map(str, away))
        click.echo(f"These shards do not answer, and are waited for: {numbers}.", err=True)
