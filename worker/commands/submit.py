"""`adjudicator submit`: sends events from a file to the queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from rules.library_model import RemittanceCodes
from worker.client import submit
from worker.commands.options import FILE, chosen_library
from worker.commands.queue_wait import wait_until_worked_off
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.events.files import EventLine, event_lines
from worker.events.precheck import IdentityCheck
from worker.events.remittance import LoadedWhenAsked
from worker.replay.in_memory import refusal_line
from worker.terminal.console import console
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line


@click.command("submit")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--raw", is_flag=True, help="Send the lines as they are, unchecked.")
@click.option("--wait", is_flag=True, help="Return when they have been worked off.")
@click.option("--json", "as_json", is_flag=True, help="Write the counts as one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], raw: bool, wait: bool, as_json: bool
) -> None:
    """
    Send the events of FILE (or - for standard input), one per line, to the queue.

    Each event is checked as in `adjudicator decide`. Refused ones are reported on standard error,
    one JSON object each, and not sent; the exit code is then 1. If this is interrupted, send the
    file again: an event delivered twice has one effect.

    With --wait it returns when they have been worked off: each was decided, refused or set aside.
    The login must then be allowed to read the queue.
    """
    settings = load_settings()
    gate = _Gate(LoadedWhenAsked(lambda: chosen_library(None, None).remittance))
    with _progress() as progress:
        sizes = [Path(file).stat().st_size for file in files if file != "-"]
        bar = progress.add_task("sending", total=sum(sizes) if "-" not in files else None)

        def lines() -> Iterator[EventLine]:
            for line in event_lines(files, whole=raw):
                progress.advance(bar, len(line.raw) + 1)
                yield line

        sent = submit(line.raw for line in (lines() if raw else gate.accepted(lines())))
    if as_json:
        click.echo(json_line({"sent": len(sent), "refused": gate.refused}))
    else:
        click.echo(
            f"{counted(len(sent), 'event')} sent to {settings.masked_redis_url}, "
            f"{gate.refused} refused and not sent"
        )
    if wait and sent:
        with redis_client(settings) as redis:
            wait_until_worked_off(redis, settings, sent[-1])
    ctx.exit(1 if gate.refused else 0)


class _Gate:
    """Lets acceptable events pass; reports and counts the rest."""

    def __init__(self, codes: RemittanceCodes) -> None:
        self.refused = 0
        self._check = IdentityCheck(codes)

    def accepted(self, lines: Iterable[EventLine]) -> Iterator[EventLine]:
        for line in lines:
            refusal = self._check.refusal_of(line.raw)
            if refusal is None:
                yield line
            else:
                click.echo(refusal_line(line, refusal), err=True)
                self.refused += 1


def _progress() -> Progress:
    """Shows progress on a terminal only: elsewhere standard error has only the refusals."""
    on = console(to_stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=on, disable=not on.is_terminal)
