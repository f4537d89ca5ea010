"""The event `claim.determined.v1` as its consumers read it (docs/contract.md, section 2)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from rules.determination import DecidedBy, Outcome
from rules.loading.reasons import NEEDS
from rules.member.published import Change
from worker.contract.document import Day, Digest, Document, Instant

DETERMINED: Final = "claim.determined.v1"

_KINDS: Final = [
    "line", "report", "treatment", "authorization", "authority", "coverage", "attestation",
    "review",
]  # fmt: skip

NeedCode = Annotated[str, Field(examples=list(NEEDS))]
"""A code of something that the requester can supply; later versions may bring more."""

EvidenceKind = Annotated[str, Field(examples=_KINDS)]
"""A kind of evidence; later versions may bring more."""


class NeededItem(Document):
    """Something that the requester can supply."""

    code: NeedCode
    text: str


class RecommendedOutcome(Document):
    """What a line that waits for a peer reviewer would be without that wait."""

    outcome: Outcome
    reason: str


class PolicyReference(Document):
    """The policy and the program that decided."""

    id: str
    version: str | None
    """None where no version is in force, or none is known."""
    library: Digest
    program: str


class ReviewStatement(Document):
    """What the reviewer said."""

    decision: Literal["approved", "denied"]
    reason: str
    role: str
    reviewer_id: str | None
    credential: str | None
    level: Literal["first", "appeal"]
    source: str
    id: str


class UncountedReview(Document):
    """The latest review of a line, where it does not count."""

    why: Literal["role", "same_reviewer"]
    source: str
    id: str


class EvidencePointer(Document):
    """Something that a finding leaned on; its kind says which of the other fields are there."""

    kind: EvidenceKind
    claim_id: str | None = None
    line: int | None = None
    id: str | None = None
    reference: str | None = None
    plan_id: str | None = None


class CriterionFinding(Document):
    """What one criterion said about the line, and why."""

    criterion: str
    section: str
    answer: Literal["met", "not_met", "unknown", "not_asked"]
    because: str
    evidence: tuple[EvidencePointer, ...]
    parameters: dict[str, bool | int | str | tuple[int, ...] | tuple[str, ...]]


class CausingEvent(Document):
    """The event that made the difference."""

    source: str
    id: str


class CausingLibrary(Document):
    """A new library alone made the difference."""

    library: Digest
    generation: int


class DigestChain(Document):
    """The chains over the member's events and determinations."""

    record: Digest
    previous: Digest | None


class DeterminedLine(Document):
    """The determination of one claim line."""

    claim_id: str
    member_id: str
    line: Annotated[int, Field(ge=1, le=999)]
    procedure: str | None
    revision: Annotated[int, Field(ge=1)]
    change: Change
    outcome: Outcome
    reason: str
    section: str
    group: str | None
    carc: str | None
    rarc: tuple[str, ...]
    needs: tuple[NeededItem, ...]
    due_on: Day | None
    recommended: RecommendedOutcome | None
    post_payment_review: bool
    decided_by: DecidedBy
    review_ignored: UncountedReview | None
    policy: PolicyReference
    review: ReviewStatement | None
    findings: tuple[CriterionFinding, ...]
    caused_by: CausingEvent | CausingLibrary
    record_version: Annotated[int, Field(ge=1)]
    digests: DigestChain


class DeterminedEvent(Document):
    """One CloudEvent of the stream `mrs:determinations`."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(pattern="^d-[0-9a-f]{64}$")]
    source: Literal["/mrs-adjudicator"]
    type: Literal["claim.determined.v1"]
    time: Instant
    subject: str
    traceparent: str | None = None
    """The trace of the event that caused it, where that has one."""
    tracestate: str | None = None
    data: DeterminedLine
