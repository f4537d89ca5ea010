"""Tells whoever waits how far it is: progress bars on standard error, where that is a terminal."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from worker.terminal.console import console


class Watcher(Protocol):
    """Who is told how far it is, and what is refused."""

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Something begins; the answer is called with how much more of it is done."""

    def refused(self, said: bytes) -> None:
        """An event is refused."""


class ProgressBars:
    """One bar for each stage of the work, for as long as the block runs."""

    def __init__(self) -> None:
        on = console(to_stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),  # by the pace of the last half minute
        )
        self._bars = Progress(*columns, console=on, transient=True, disable=not on.is_terminal)

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Adds a bar; the answer is called with how much more is done."""
        bar = self._bars.add_task(what, total=total)
        return lambda more: self._bars.advance(bar, more)

    def refused(self, said: bytes) -> None:
        """Says above the bars what is refused."""
        click.echo(said, err=True)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
