"""Wraps text between words; a word that is wider than the screen is neither broken nor cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

_WORD = re.compile(r"\s*\S+\s*")


class Unbroken:
    """A text that is wrapped between words."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Shows its lines."""
        del console
        yield from map(whole, wrapped(self._text, options.max_width))


def unbroken(content: RenderableType) -> RenderableType:
    """Returns what wraps between words where it is text, and anything else as it is."""
    if isinstance(content, str):
        return Unbroken(Text(content))
    return Unbroken(content) if isinstance(content, Text) else content


def wrapped(text: Text, width: int) -> list[Text]:
    """The lines of a text."""
    lines: list[Text] = []
    for line in text.split(allow_blank=True):
        lines += line.divide(_breaks(line.plain, width)) if line else [line]
    for line in lines:
        line.rstrip()
    return lines or [Text()]


def whole(line: Text) -> Text:
    """The line, to be shown in one piece however wide it is."""
    line.no_wrap = True
    line.overflow = "ignore"
    return line


def _breaks(text: str, width: int) -> Iterator[int]:
    """Where a new line begins."""
    column = 0
    for word in _WORD.finditer(text):
        if column and column + cell_len(word[0].rstrip()) > width:
            yield word.start()
            column = 0
        column += cell_len(word[0])
