"""Shows progress bars on standard error, if that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

_IS_SHARE = "is_share"
_RATE_SECONDS = 300.0
"""The time left is by the rate of so long: on a machine that others use too, a half minute of it
says little."""
_SHOWN_AFTER_SECONDS = 0.5
"""What is done sooner is not shown."""


class Watcher(Protocol):
    """Receives the progress, and the refused events."""

    def begin(self, what: str, total: int | None) -> Callable[[int], None]:
        """Starts a stage; call the returned function with each further amount done."""

    def begin_share(self, what: str) -> Callable[[float], None]:
        """Starts work in several stages; call the returned function with shares of the whole."""

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
        if task.fields.get(_IS_SHARE):
            return Text(f"{task.percentage:.0f} %", style="progress.percentage")
        return super().render(task)


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
            TimeRemainingColumn(),
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

    def begin_share(self, what: str) -> Callable[[float], None]:
        """Adds a bar in percent; call the returned function with shares of the whole, 0 to 1."""
        bar = self._bars.add_task(what, total=1.0, **{_IS_SHARE: True})
        return lambda more: self._bars.advance(bar, more)

    def seconds_left(self) -> float | None:
        """The time left of the last bar, by its rate of late; None while that is not known."""
        return self._bars.tasks[-1].time_remaining

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
