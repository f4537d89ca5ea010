"""A line that a reviewer has denied, and what may come after that."""

from __future__ import annotations

from datetime import timedelta

from rules.facts import Fact
from tests.rules.builders import (
    Sending,
    claim,
    instant,
    pet_report,
    review,
    sent,
)
from tests.rules.deciding import Decided

STANDS, OUTDATED = ("denied", "REVIEWED"), ("pended", "REVIEW_OUTDATED")

LINE = sent(claim(received=4), 10, "e-0")
DENIED = sent(review(decision="denied", by="R-1"), 20, "e-r")
"""At noon of the twentieth day; the line is known since the tenth."""
PENDING_PET = sent(pet_report(status="pending"), 11, "e-p")


def after(fact: Fact, minutes: int = 1) -> Sending:
    """A fact whose event is of so many minutes after the denial."""
    return sent(fact, instant(20) + timedelta(minutes=minutes), "e-x")


def verdict(decided: Decided, claim_id: str = "C-1") -> tuple[str, str]:
    """Outcome and reason of the first line of a claim."""
    one = decided[(claim_id, 1)]
    return one.outcome, one.reason
