"""Shows progress bars on standard error, if that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer
from types import TracebackType
from typing import Protocol, Self

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from worker.terminal.console import console
from worker.terminal.stages import ShowShare

_LEFT = "left"
"""Field of a bar in percent: when it was told how many seconds are left, and how many."""
_RATE_SECONDS = 300.0
"""The time left is by the rate of so long: on a machine that others use too, a half minute of it
says little."""
_SHOWN_AFTER_SECONDS = 0.5
"""What is done sooner is not shown."""


class Watcher(Protocol):
    """Receives the progress, and the refused events."""

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Starts a stage; call the returned function with each further amount done."""

    def refused(self, said: bytes) -> None:
        """An event was refused."""


@contextmanager
def busy(what: str) -> Iterator[None]:
    """
    Shows on standard error what is being done, if that is a terminal and it takes long.

    It is for work whose length is not known; nothing may be written inside the block.
    """
    on = console(to_stderr=True)
    if not on.is_terminal:
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    shown = Progress(
        *columns, console=on, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    shown.add_task(what, total=None)
    begin = Timer(_SHOWN_AFTER_SECONDS, shown.start)
    begin.daemon = True
    begin.start()
    try:
        yield
    finally:
        begin.cancel()
        begin.join()
        shown.stop()


class _Amount(MofNCompleteColumn):
    """So many of so many, or a percentage."""

    def render(self, task: Task) -> Text:
        if _LEFT in task.fields:
            return Text(f"{task.percentage:.0f} %", style="progress.percentage")
        return super().render(task)


class _TimeLeft(TimeRemainingColumn):
    """The time left: as it was told, else by the rate of late."""

    def render(self, task: Task) -> Text:
        if _LEFT not in task.fields:
            return super().render(task)
        left = _seconds_left(task)
        shown = "-:--:--" if left is None else str(timedelta(seconds=int(left)))
        return Text(shown, style="progress.remaining")


def _seconds_left(task: Task) -> float | None:
    if _LEFT not in task.fields:
        return task.time_remaining
    told_at, left = task.fields[_LEFT]
    return None if left is None else max(left - (task.get_time() - told_at), 0.0)


class ProgressBars:
    """One bar for each stage of the work, for as long as the block runs."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        on = console(to_stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            _Amount(),
            TimeElapsedColumn(),
            TextColumn("left"),
            _TimeLeft(),
        )
        self._bars = Progress(
            *columns,
            console=on,
            transient=True,
            disable=not on.is_terminal,
            get_time=clock,
            speed_estimate_period=_RATE_SECONDS,
        )

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Adds a bar; call the returned function with each further amount done."""
        bar = self._bars.add_task(what, total=total)
        return lambda more: self._bars.advance(bar, more)

    def begin_share(self, what: str) -> ShowShare:
        """Adds a bar in percent; tell the returned function of shares of the whole, 0 to 1."""
        bar = self._bars.add_task(what, total=1.0, left=(0.0, None))

        def show(more: float, left: float | None) -> None:
            self._bars.update(bar, advance=more, left=(self._bars.get_time(), left))

        return show

    def seconds_left(self) -> float | None:
        """The time left that the last bar shows; None while that is not known."""
        return _seconds_left(self._bars.tasks[-1])

    def refused(self, said: bytes) -> None:
        """Prints a refused event above the bars."""
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
