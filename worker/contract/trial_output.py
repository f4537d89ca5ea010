"""What `whatif --json` writes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rules.determination import Outcome, Service
from worker.contract.document import Day, Digest, Document

Lines = Annotated[int, Field(ge=0)]


class TriedLibrary(Document):
    """One of the two libraries."""

    generation: int
    digest: Digest
    versions: tuple[str, ...]


class EventCounts(Document):
    """Events by what became of them."""

    applied: Lines
    duplicate: Lines
    refused: Lines


class ServiceCounts(Document):
    """Lines by service."""

    mrs: Lines
    pet: Lines
    other: Lines


class ChargedLines(Document):
    """Lines and their charges; those without a charge apart."""

    lines: Lines
    charge: str
    uncharged: Lines


class FlipCounts(ChargedLines):
    """Lines that flip: all, by order, by direction."""

    first_order: Lines
    cascaded: Lines
    favourable: ChargedLines
    adverse: ChargedLines
    neutral: ChargedLines


class FlipsByOutcome(ChargedLines):
    """Lines that flip from one outcome to another."""

    service: Service
    before: Outcome
    after: Outcome
    first_order: Lines
    cascaded: Lines


class FlipsByReason(ChargedLines):
    """Lines that flip from one reason to another."""

    service: Service
    before: str
    before_outcome: Outcome
    after: str
    after_outcome: Outcome
    first_order: Lines
    cascaded: Lines


class FlipsByPlan(FlipCounts):
    """Lines of a plan that flip."""

    plan_id: str
    of_lines: Lines


class OutcomeBalance(Document):
    """All lines of a service with an outcome, by either library."""

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
    service: Service
    procedure: str
    date_of_service: Day
    charge: str | None
    order: Literal["first_order", "cascaded"]
    direction: Literal["favourable", "adverse", "neutral"]
    before: FlippedEnding
    after: FlippedEnding
    by_itself: FlippedEnding
    like_it: Lines


class OtherDetails(Document):
    """Lines that keep outcome and reason and change otherwise."""

    lines: Lines
    fields: dict[str, Lines]


class OneTrial(Document):
    """What another library changes."""

    in_use: TriedLibrary
    tried: TriedLibrary
    events: EventCounts
    members: Lines
    lines: ServiceCounts
    flips: FlipCounts
    undone: Lines
    other_details: OtherDetails
    by_outcome: tuple[FlipsByOutcome, ...]
    by_reason: tuple[FlipsByReason, ...]
    by_plan: tuple[FlipsByPlan, ...]
    balance: tuple[OutcomeBalance, ...]
    examples: tuple[FlipExample, ...]


class SweptTrial(OneTrial):
    """What one combination of parameters changes."""

    values: dict[str, bool | int | str | tuple[int, ...] | tuple[str, ...]]


class SweepOutput(Document):
    """A sweep: one trial for each combination."""

    sweep: tuple[SweptTrial, ...]


TrialOutput = OneTrial | SweepOutput
