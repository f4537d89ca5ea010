"""What `explain` and `follow` write for programs."""

from __future__ import annotations

from typing import Literal

from rules.determination import Outcome
from worker.contract.determination import DeterminedLine
from worker.contract.document import Document


class SufficientFacts(Document):
    """A smallest set of facts, and what the line would be with it."""

    facts: tuple[str, ...]
    outcome: Outcome
    reason: str


class NoticeOutput(Document):
    """What a requester may be told."""

    documents: tuple[tuple[str, ...], ...]
    may_ask_a_reviewer: bool


class ChangesOutput(Document):
    """What would change a denied or pended line."""

    settle: tuple[SufficientFacts, ...]
    reopen: tuple[SufficientFacts, ...]
    deny: tuple[SufficientFacts, ...]
    why_nothing_settles: str | None
    notice: NoticeOutput


class ExplainedLine(Document):
    """A line of a claim: how it was decided, and why."""

    claim_id: str
    member_id: str
    line: int
    why: str
    decided_by_criterion: str | None
    determination: DeterminedLine
    earlier: tuple[DeterminedLine, ...]
    would_change: ChangesOutput | None = None


class TraceOutput(Document):
    """A place where an event is, or a result of it."""

    event_hash: str
    where: str
    entry: str
    said: str
    state: Literal["waiting", "refused", "set aside", "discarded", "applied"]
    """What became of it; one that came again may have several of them, each in a line."""
