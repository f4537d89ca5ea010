"""What `audit views --json` writes."""

from __future__ import annotations

from worker.contract.document import Count, Document, Instant


class ViewOutput(Document):
    """An entry of the log of views."""

    id: str
    number: Count
    time: Instant
    viewer: str
    role: str
    kind: str
    page: str
    subjects: dict[str, str]
    fault: str | None
    """What is wrong with the entry; null: it follows from the one before."""
