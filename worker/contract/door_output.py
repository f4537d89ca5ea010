"""What commands of the doors write for programs."""

from __future__ import annotations

from worker.contract.document import Count, Document


class FhirReadOutput(Document):
    """What was read from FHIR, and what became of it."""

    messages: Count
    """Resources and Bundles that stand by themselves in a file."""
    claims: Count
    lines: Count
    events: Count
    sent: Count
    """Of the events; 0 where they were written and not sent."""
    refused: Count
    """Resources, each of which standard error names with its faults."""
    unread: dict[str, Count]
    """Resources of which no event is made, by type."""
