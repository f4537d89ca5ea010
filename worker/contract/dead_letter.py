"""The field `detail` of a dead letter (docs/contract.md, section 3)."""

from __future__ import annotations

from typing import Final

from worker.contract.document import Document

DEAD_LETTER_DETAIL: Final = "dead-letter-detail"


class NamedFault(Document):
    """One thing wrong with an event."""

    path: str
    """The field, such as `data.lines[0].units`; `event` for the event as a whole."""
    expected: str
    found: str
    """As JSON, truncated if long."""


DeadLetterDetail = tuple[NamedFault, ...]
