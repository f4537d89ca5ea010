"""Indents what is shown, without cropping it or filling its lines up."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from worker.terminal.wrap import unbroken


class Indented:
    """Something a few columns to the right; `mark` stands before its first line."""

    def __init__(self, content: RenderableType, columns: int = 2, mark: str = "") -> None:
        self._content = unbroken(content)
        self._columns = columns
        self._mark = mark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Shows the content in the width that is left."""
        before = " " * self._columns
        left = self._columns + len(self._mark)
        inner = options.update(width=max(options.max_width - left, 1))
        for number, line in enumerate(Segment.split_lines(console.render(self._content, inner))):
            mark = self._mark if number == 0 else " " * len(self._mark)
            if line:
                yield Segment(before + mark)
            yield from line
            yield Segment.line()
