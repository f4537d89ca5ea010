"""Makes text safe for a terminal, and provides the two consoles."""

from __future__ import annotations

import errno
import os
import unicodedata
from typing import Any

from rich.console import Console

from worker.terminal.wrap import unbroken

_FILE_COLUMNS = 120
"""Width of output to a file or a pipe."""

_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: controls, direction marks, lone surrogates, line and paragraph ends."""


def printable(text: object) -> str:
    r"""The text with all that could move the cursor or hide a character escaped, as `\x1b`."""
    return "".join(_written_out(letter) for letter in str(text))


class UnbrokenConsole(Console):
    """A console that wraps between words, and neither breaks nor cuts off what is longer."""

    @property
    def is_unbounded(self) -> bool:
        """Whether the output is a file or a pipe, and nobody has said how wide it is."""
        return not self.is_terminal and "COLUMNS" not in os.environ

    def print(self, *objects: Any, **settings: Any) -> None:  # noqa: ANN401  # rich's own
        """Prints as rich does, but for words that are wider than the screen."""
        super().print(*map(unbroken, objects), **{"crop": False, **settings})

    def on_broken_pipe(self) -> None:
        """Raises the error again: rich would exit with 1, but `| head` is no failure."""
        self.quiet = True
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console(*, to_stderr: bool = False) -> Console:
    """A console without markup, because its texts come from claims."""
    made = UnbrokenConsole(stderr=to_stderr, markup=False, highlight=False, emoji=False)
    if made.is_unbounded:
        made.width = _FILE_COLUMNS
    return made


def _written_out(letter: str) -> str:
    if unicodedata.category(letter) in _STEERING:
        return letter.encode("unicode_escape").decode("ascii")
    return letter
