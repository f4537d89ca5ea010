"""What commands about the queue and its workers write for programs."""

from __future__ import annotations

from worker.contract.document import Count, Document


class SubmitOutput(Document):
    """What became of the lines of the files."""

    sent: Count
    refused: Count
    """And not sent."""


class QueueOutput(Document):
    """What waits in the queue."""

    events: Count
    """At the door and in the lanes."""
    door: Count
    lanes: dict[str, Count]
    """By lane, those in which anything waits; internal orders included."""
    oldest_seconds: float
    """Age of the oldest event; 0 without any."""
    dead_letters: Count
    workers_ready: Count


class HealthOutput(Document):
    """How this machine's worker is."""

    alive: bool
    ready: bool
