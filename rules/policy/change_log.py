"""The change log of a library: what each generation brought, and on whose word."""

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
    """In the order of their generations."""

    @property
    def is_told(self) -> bool:
        """Whether the log has an entry for this very generation."""
        return any(change.generation == self.generation for change in self.changes)
