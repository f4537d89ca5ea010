"""`adjudicator submit`: sends events from a file to the queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
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
from worker.client import send_in_batches
from worker.commands.options import FILE, chosen_library
from worker.commands.queue_wait import wait_until_worked_off
from worker.config.settings import Settings, load_settings
from worker.events.files import EventLine, event_lines
from worker.events.precheck import IdentityCheck
from worker.events.remittance import LoadedWhenAsked
from worker.processes.interruption import says_when_stopped
from worker.replay.in_memory import refusal_line
from worker.store.shards import open_shards
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line

_ALL_SENT = "All events are sent, and are worked off without this command."


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
    one JSON object each, and not sent; the exit code is then 1. If this is interrupted or fails, it
    says how many were sent and from which line to go on; an event sent twice has one effect.

    With --wait it returns when they have been worked off: each was decided, refused or set aside.
    The login must then be allowed to read the queue.
    """
    settings = load_settings()
    tally = _Tally()
    _send(files, settings, tally, raw=raw)
    if as_json:
        click.echo(json_line({"sent": tally.sent, "refused": tally.refused}))
    else:
        click.echo(
            f"{counted(tally.sent, 'event')} sent to {settings.masked_redis_url}, "
            f"{tally.refused} refused and not sent"
        )
    if wait and tally.sent:
        with says_when_stopped(lambda: _ALL_SENT), open_shards(settings) as shards:
            wait_until_worked_off(shards, tally.last_id)
    ctx.exit(1 if tally.refused else 0)


def _send(files: Sequence[str], settings: Settings, tally: _Tally, *, raw: bool) -> None:
    gate = _Gate(LoadedWhenAsked(lambda: chosen_library(None, None).remittance), tally)
    with _progress() as progress, says_when_stopped(tally.said, failing=True):
        sizes = [Path(file).stat().st_size for file in files if file != "-"]
        bar = progress.add_task("sending", total=sum(sizes) if "-" not in files else None)

        def lines() -> Iterator[EventLine]:
            for line in event_lines(files, whole=raw):
                progress.advance(bar, len(line.raw) + 1)
                tally.read(line)
                yield line

        wanted = lines() if raw else gate.accepted(lines())
        for batch in send_in_batches(map(tally.taken, wanted), settings):
            tally.acknowledged(batch)


class _Tally:
    """How many events were acknowledged, and which line is the first that was not."""

    def __init__(self) -> None:
        self.sent = 0
        self.refused = 0
        self.last_id = ""
        """Of the stream entry that was acknowledged last."""
        self._last: EventLine | None = None
        self._is_settled = False
        """Whether the last line was refused, or taken to be sent."""
        self._under_way: deque[EventLine] = deque()

    def read(self, line: EventLine) -> None:
        self._last, self._is_settled = line, False

    def refuse(self) -> None:
        self.refused += 1
        self._is_settled = True

    def taken(self, line: EventLine) -> bytes:
        self._under_way.append(line)
        self._is_settled = True
        return line.raw

    def acknowledged(self, ids: Sequence[str]) -> None:
        self.sent += len(ids)
        self.last_id = ids[-1]
        for _ in ids:
            self._under_way.popleft()

    def said(self) -> str:
        if self._last is None:
            return ""  # no line was read, as of a file in another format: there is nothing to add
        sent = f"{counted(self.sent, 'event')} sent, {self.refused} refused and not sent."
        if self._under_way:
            return f"{sent} {_go_on(self._under_way[0], 0)}"
        return f"{sent} {_go_on(self._last, int(self._is_settled))}"


def _go_on(line: EventLine, further: int) -> str:
    file = "standard input" if line.file == "-" else printable(line.file)
    return f"Go on from line {line.row + further} of {file}; an event sent twice has one effect."


class _Gate:
    """Lets acceptable events pass; reports and counts the rest."""

    def __init__(self, codes: RemittanceCodes, tally: _Tally) -> None:
        self._tally = tally
        self._check = IdentityCheck(codes)

    def accepted(self, lines: Iterable[EventLine]) -> Iterator[EventLine]:
        for line in lines:
            refusal = self._check.refusal_of(line.raw)
            if refusal is None:
                yield line
            else:
                self._tally.refuse()
                click.echo(refusal_line(line, refusal), err=True)


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
