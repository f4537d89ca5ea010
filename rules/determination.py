"""What is said about a line: findings, and the determination that they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from rules.truth import Truth

Outcome = Literal["approved", "denied", "pended", "not_applicable"]
Service = str
"""What a policy calls the procedures that it decides or watches; `other`: it does neither."""
DecidedBy = Literal["rules", "person", "nobody"]
"""This software alone, a reviewer, or nobody yet (pended)."""
ParameterValue = int | str | bool | Decimal | tuple[int, ...] | tuple[str, ...]
"""A measure is published as a text, digit by digit."""


class Evidence(NamedTuple):
    """
    A pointer to something that a finding leaned on.

    `kind` says which of the other fields are set: line and review (`claim_id`, `line`), report,
    treatment and authorization (`id`), authority (`reference`), coverage (`plan_id`), attestation
    (`claim_id`, `reference`).
    """

    kind: Literal[
        "line",
        "report",
        "treatment",
        "authorization",
        "authority",
        "coverage",
        "attestation",
        "review",
    ]
    claim_id: str | None = None
    line: int | None = None
    id: str | None = None
    reference: str | None = None
    plan_id: str | None = None


class Finding(NamedTuple):
    """What one criterion said about one line, and why."""

    criterion: str
    section: str
    answer: Truth
    because: str
    """For people; it may name a diagnosis, so it goes to the determination and never to a log."""
    reason: str | None = None
    """The reason that this finding gives where it is not met or unknown; else None."""
    evidence: tuple[Evidence, ...] = ()
    parameters: Mapping[str, ParameterValue] = {}
    """Each parameter of the policy that the answer leaned on, with its value."""
    needs: tuple[str, ...] | None = None
    """Codes of what the requester could supply, where they depend on more than the reason."""
    rarc: tuple[str, ...] | None = None
    """Remark codes where they depend on more than the reason; else None."""


class Need(NamedTuple):
    """Something that the requester can supply."""

    code: str
    text: str


class Recommendation(NamedTuple):
    """What a line that waits for a peer reviewer would be without that wait."""

    outcome: Outcome
    reason: str


class ReviewerWord(NamedTuple):
    """What the reviewer said of a line that a review resolved."""

    decision: Literal["approved", "denied"]
    reason: str
    role: str
    reviewer_id: str | None
    credential: str | None
    level: Literal["first", "appeal"]
    source: str
    id: str


class ReviewIgnored(NamedTuple):
    """The latest review of a line, where it does not count."""

    why: Literal["role", "same_reviewer"]
    source: str
    id: str


class PolicyUsed(NamedTuple):
    """A policy, and its version in force on a line's date of service."""

    id: str
    version: str | None
    """None where no version is in force."""


class Determination(NamedTuple):
    """The outcome for one claim line, and everything that explains it."""

    claim_id: str
    line: int
    procedure: str
    service: Service
    line_of_business: str
    """That of the claim's plan; `unknown` where the plan is."""
    policy: PolicyUsed | None
    """The policy by which the line was looked up, with its version; None only in digests."""
    outcome: Outcome
    reason: str
    section: str
    """The section of the policy that the reason stands on."""
    group: str | None = None
    carc: str | None = None
    rarc: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    due_on: date | None = None
    recommended: Recommendation | None = None
    review: ReviewerWord | None = None
    findings: tuple[Finding, ...] = ()
    decided_by: DecidedBy = "rules"
    review_ignored: ReviewIgnored | None = None

    @property
    def policy_version(self) -> str | None:
        """The version in force on the line's date of service; None where there is none."""
        return None if self.policy is None else self.policy.version
