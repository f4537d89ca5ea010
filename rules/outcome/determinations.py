"""The whole determination of a line: its judgement with codes, needs and due date."""

from __future__ import annotations

from datetime import date, timedelta

from rules.determination import (
    DecidedBy,
    Determination,
    Finding,
    ReviewIgnored,
)
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.judgement import Judgement, reviewer_word
from rules.outcome.needs import needs_of
from rules.outcome.remittance_codes import codes_of


def determine(
    line: ClaimLine,
    judgement: Judgement,
    findings: tuple[Finding, ...],
    ignored: ReviewIgnored | None,
    library: Library,
) -> Determination:
    """The determination of a line; `ignored`: its latest review, if that does not count."""
    outcome, reason, review = judgement.outcome, judgement.reason, judgement.review
    codes = codes_of(judgement, line)
    # By their places: to find nineteen of them by name takes as long as to ask a criterion.
    return Determination(
        line.name[0],
        line.name[1],
        line.procedure,
        line.service,
        line.plan.line_of_business if line.plan is not None else "unknown",
        line.terms.used,
        outcome,
        reason,
        line.policy.reasons[reason].section,
        codes.group,
        codes.carc,
        codes.rarc,
        needs_of(judgement, line, findings, library),
        _due_on(line, judgement) if outcome == "pended" else None,
        judgement.recommended,
        reviewer_word(*review) if review is not None else None,
        findings,
        _decided_by(judgement),
        ignored,
    )


def _decided_by(judgement: Judgement) -> DecidedBy:
    if judgement.outcome == "pended":
        return "nobody"
    return "rules" if judgement.review is None else "person"


def _due_on(line: ClaimLine, judgement: Judgement) -> date:
    """
    The day by which a pended line is to be decided.

    A line that no version rules is due by the first version's number: the deadline is ours, and
    says nothing of coverage. What a review no longer fits is due from that review on.
    """
    version = line.version or line.policy.versions[0]
    begins = line.claim.content.received_at
    if judgement.reason == "REVIEW_OUTDATED" and judgement.review is not None:
        begins = max(begins, judgement.review[0].time.date())
    return begins + timedelta(days=version.pend_due_days)
