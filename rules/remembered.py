"""What is asked again and again, kept with a bound, for as long as its library."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")

REMEMBERED_MAX: Final = 8192
"""Entries of one memo; a memo that is full is emptied."""


class Remembered(dict[_K, _V]):
    """Answers by what was asked. Read it as a dict; write to it by `keep`."""

    def keep(self, key: _K, value: _V) -> _V:
        """Keeps an answer and returns it."""
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        self[key] = value
        return value


class Memo(Generic[_K, _V]):
    """Names one kind of answer that a library remembers, with its types."""

    def __init__(self, name: str) -> None:
        self.name = name
