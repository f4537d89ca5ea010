"""What `whatif --json` writes."""

from __future__ import annotations

from typing import Literal

from rules.determination import Outcome, Service
from worker.contract.document import Count, Day, Digest, Document


class TriedLibrary(Document):
    """One of the two libraries."""

    generation: int
    digest: Digest
    versions: tuple[str, ...]
    policies: dict[str, tuple[str, ...]]
    """Each policy with its versions."""


class EventCounts(Document):
    """Events by what became of them."""

    applied: Count
    duplicate: Count
    refused: Count


class ChargedLines(Document):
    """Lines and their charges; those without a charge apart."""

    lines: Count
    charge: str
    uncharged: Count


class FlipCounts(ChargedLines):
    """Lines that flip: all, by order, by direction."""

    first_order: Count
    cascaded: Count
    favourable: ChargedLines
    adverse: ChargedLines
    neutral: ChargedLines


class FlipsByOutcome(ChargedLines):
    """Lines that flip from one outcome to another."""

    policy: str
    service: Service
    before: Outcome
    after: Outcome
    first_order: Count
    cascaded: Count


class FlipsByReason(ChargedLines):
    """Lines that flip from one reason to another."""

    policy: str
    service: Service
    before: str
    before_outcome: Outcome
    after: str
    after_outcome: Outcome
    first_order: Count
    cascaded: Count


class FlipsByPlan(FlipCounts):
    """Lines of a plan that flip."""

    plan_id: str
    of_lines: Count


class FlipsByPolicy(FlipCounts):
    """Lines of a service of a policy that flip."""

    policy: str
    service: Service
    of_lines: Count


class OutcomeBalance(Document):
    """All lines of a service with an outcome, by either library."""

    policy: str
    service: Service
    outcome: Outcome
    before: ChargedLines
    after: ChargedLines


class FlippedEnding(Document):
    """How a line ends."""

    outcome: Outcome
    reason: str
    because: str


class FlipExample(Document):
    """A line that flips."""

    claim_id: str
    line: int
    member_id: str
    plan_id: str
    policy: str
    service: Service
    procedure: str
    date_of_service: Day
    charge: str | None
    order: Literal["first_order", "cascaded"]
    direction: Literal["favourable", "adverse", "neutral"]
    before: FlippedEnding
    after: FlippedEnding
    by_itself: FlippedEnding
    like_it: Count


class OtherDetails(Document):
    """Lines that keep outcome and reason and change otherwise."""

    lines: Count
    fields: dict[str, Count]


class OneTrial(Document):
    """What another library changes."""

    in_use: TriedLibrary
    tried: TriedLibrary
    changed_policies: tuple[str, ...]
    """Those whose files are not the same, or that only one of the two has."""
    events: EventCounts
    members: Count
    lines: dict[str, Count]
    flips: FlipCounts
    undone: Count
    other_details: OtherDetails
    by_outcome: tuple[FlipsByOutcome, ...]
    by_reason: tuple[FlipsByReason, ...]
    by_plan: tuple[FlipsByPlan, ...]
    by_policy: tuple[FlipsByPolicy, ...]
    balance: tuple[OutcomeBalance, ...]
    examples: tuple[FlipExample, ...]


class SweptTrial(OneTrial):
    """What one combination of parameters changes."""

    values: dict[str, bool | int | str | tuple[int, ...] | tuple[str, ...]]


class SweepOutput(Document):
    """A sweep: one trial for each combination."""

    sweep: tuple[SweptTrial, ...]


TrialOutput = OneTrial | SweepOutput
