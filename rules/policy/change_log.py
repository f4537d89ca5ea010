"""The change log of a library: what each generation changed, and who approved it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class LibraryChange(NamedTuple):
    """The entry of one generation."""

    generation: int
    date: date
    approved_by: str
    why: str


class ChangeLog(NamedTuple):
    """Which generation a library is, and how it came to be."""

    generation: int
    changes: tuple[LibraryChange, ...]
    """In order of generation."""

    @property
    def is_told(self) -> bool:
        """Whether the log has an entry for the current generation."""
        return any(change.generation == self.generation for change in self.changes)
