"""A table that breaks no word: what does not fit goes into a second line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from rich.console import Console, ConsoleOptions
from rich.text import Text

from worker.terminal.console import UnbrokenConsole
from worker.terminal.wrap import whole, wrapped

_GAP: Final = "  "
_NARROW: Final = 40
"""Below so many columns a table is a list of `name: value`."""
_PROSE_WIDTH_MIN: Final = 24
"""A column of prose that would be narrower goes into the second line."""
_SECOND: Final = "    "

_Cell = str | Text


class FittingTable:
    """
    Rows with a heading, for any width.

    Identifiers, reasons, dates and numbers are never broken; only the columns in `prose` are
    wrapped, between words. Where a row is too wide, columns go into a second line of the row, those
    in `later` first, then from the right. Below 40 columns each row is a list of `name: value`. In
    a file or a pipe nothing is wrapped or padded: two spaces stand between cells.
    """

    def __init__(
        self,
        *headings: str,
        title: str = "",
        prose: Collection[str] = (),
        right: Collection[str] = (),
        later: Sequence[str] = (),
        has_header: bool = True,
    ) -> None:
        self._headings = headings
        self._title = title
        self._prose = {number for number, name in enumerate(headings) if name in prose}
        self._right = {number for number, name in enumerate(headings) if name in right}
        from_right = list(reversed(range(1, len(headings))))
        named = [headings.index(name) for name in later]
        self._leaving = [*named, *(number for number in from_right if number not in named)]
        self._has_header = has_header
        self._rows: list[list[Text]] = []

    def add_row(self, *cells: _Cell) -> None:
        """Adds a row; a cell is a text with or without a style."""
        assert len(cells) == len(self._headings)
        self._rows.append([cell if isinstance(cell, Text) else Text(cell) for cell in cells])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Lays the rows out for the width that there is."""
        if self._title:
            yield Text(self._title, style="italic")
        if isinstance(console, UnbrokenConsole) and console.is_unbounded:
            yield from map(whole, self._unpadded())
        elif options.max_width < _NARROW:
            yield from map(whole, self._as_list(options.max_width))
        else:
            yield from map(whole, self._laid_out(options.max_width))

    def _unpadded(self) -> Iterator[Text]:
        if self._has_header:
            yield Text(_GAP.join(self._headings), style="bold")
        for row in self._rows:
            yield _joined(row)

    def _as_list(self, width: int) -> Iterator[Text]:
        for number, row in enumerate(self._rows):
            if number:
                yield Text()
            for name, cell in zip(self._headings, row, strict=True):
                if cell:
                    named = Text(f"{name}: ", style="dim") if self._has_header else Text()
                    yield from wrapped(named.append_text(cell), width)

    def _laid_out(self, width: int) -> Iterator[Text]:
        first = self._first_line(width)
        widths = self._widths(first, width)
        if self._has_header:
            heads = [Text(self._headings[number], style="bold") for number in first]
            yield self._aligned(first, heads, widths)
        for row in self._rows:
            yield from self._row(row, first, widths)
            yield from self._second(row, first, width)

    def _first_line(self, width: int) -> list[int]:
        """The columns that fit beside each other."""
        first = list(range(len(self._headings)))
        for leaving in self._leaving:
            needed = sum(map(self._narrowest, first)) + len(_GAP) * (len(first) - 1)
            if needed <= width:
                break
            first.remove(leaving)
        return first

    def _widths(self, first: Sequence[int], width: int) -> dict[int, int]:
        """What each of these columns gets; prose shares what the others leave."""
        widths = {number: self._narrowest(number) for number in first}
        free = width - sum(widths.values()) - len(_GAP) * (len(first) - 1)
        for number in first:
            more = min(max(free, 0), self._widest(number) - widths[number])
            widths[number] += more
            free -= more
        return widths

    def _narrowest(self, number: int) -> int:
        if number not in self._prose:
            return self._widest(number)
        longest_word = max(
            (Text(word).cell_len for cell in self._cells(number) for word in cell.plain.split()),
            default=0,
        )
        return max(longest_word, min(_PROSE_WIDTH_MIN, self._widest(number)))

    def _widest(self, number: int) -> int:
        lines = (line for cell in self._cells(number) for line in cell.split(allow_blank=True))
        return max((line.cell_len for line in lines), default=0)

    def _cells(self, number: int) -> Iterator[Text]:
        if self._has_header:
            yield Text(self._headings[number])
        for row in self._rows:
            yield row[number]

    def _row(
        self, row: Sequence[Text], first: Sequence[int], widths: dict[int, int]
    ) -> Iterator[Text]:
        """One row, in several lines where prose is wrapped."""
        columns = [wrapped(row[number], widths[number]) for number in first]
        for line in range(max(map(len, columns))):
            cells = [column[line] if line < len(column) else Text() for column in columns]
            yield self._aligned(first, cells, widths)

    def _aligned(self, first: Sequence[int], cells: Sequence[Text], widths: dict[int, int]) -> Text:
        padded: list[Text] = []
        for number, cell in zip(first, cells, strict=True):
            pad = " " * (widths[number] - cell.cell_len)
            is_right = number in self._right
            padded.append(Text.assemble(pad, cell) if is_right else Text.assemble(cell, pad))
        line = _joined(padded)
        line.rstrip()
        return line

    def _second(self, row: Sequence[Text], first: Sequence[int], width: int) -> Iterator[Text]:
        """What did not fit, each with its name."""
        line = Text()
        for number, name in enumerate(self._headings):
            if number in first or not row[number]:
                continue
            named = Text(f"{name}: ", style="dim") if self._has_header else Text()
            item = named.append_text(row[number])
            if line and line.cell_len + len(_GAP) + item.cell_len + len(_SECOND) <= width:
                line = Text.assemble(line, _GAP, item)
                continue
            yield from _indented(line, width)
            line = item
        yield from _indented(line, width)


def _indented(line: Text, width: int) -> Iterator[Text]:
    if line:
        for part in wrapped(line, width - len(_SECOND)):
            yield Text.assemble(_SECOND, part)


def _joined(cells: Iterable[Text]) -> Text:
    line = Text(_GAP).join(cells)
    line.rstrip()
    return line
