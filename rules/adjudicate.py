"""The one entry point: everything known about a member, and the library -> determinations."""

from __future__ import annotations

from rules.determination import Determination
from rules.library import Library
from rules.record import Record


def adjudicate(record: Record, library: Library) -> tuple[Determination, ...]:
    """Every claim line of the record, decided; sorted by claim id and line number."""
    raise NotImplementedError
