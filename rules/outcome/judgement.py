"""From the findings of a line to its outcome and reason (`rules.md` 1, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rules.determination import Finding, Outcome, Recommendation, ReviewerWord
from rules.facts import Review
from rules.history.reviews import GivenReview
from rules.plans import DenialMode
from rules.truth import Truth


class Judgement(NamedTuple):
    """Outcome and reason of a line, and what goes with them."""

    outcome: Outcome
    reason: str
    recommended: Recommendation | None = None
    review: GivenReview | None = None
    """The review that settled the line, or that no longer fits it."""
    codes_of: Finding | None = None
    """The finding whose codes the line carries; None: the review's, or the reason's own."""
    is_beyond_review: bool = False
    """Whether no review could lift it: a gate denies, or the plan is not known."""

    @property
    def reviewer_word(self) -> ReviewerWord | None:
        """What the reviewer said, as it is published."""
        if self.review is None:
            return None
        origin, given = self.review
        return ReviewerWord(
            given.decision,
            given.reason,
            given.reviewer_role,
            given.reviewer_id,
            given.credential,
            given.level,
            origin.source,
            origin.id,
        )

    @property
    def own_codes(self) -> Review | None:
        """The review whose own codes a denial carries, if it names any."""
        if self.reason != "REVIEWED" or self.review is None:
            return None
        given = self.review[1]
        return given if given.carc is not None else None


class Terms(NamedTuple):
    """What a line's plan and the law make of its findings."""

    is_plan_known: bool
    mode: DenialMode
    """Who may make a clinical denial."""
    review: GivenReview | None
    """The latest that counts."""


def judge_mrs(findings: Sequence[Finding], gates: int, terms: Terms) -> Judgement:
    """
    The first "not met" decides; else the first "unknown"; else the line is approved.

    A review goes before everything but an unknown plan and what a gate denies. `findings` come in
    the order of the criteria, all of them; the first `gates` of them are gates.
    """
    if not terms.is_plan_known:
        return Judgement("pended", "PLAN_UNKNOWN", is_beyond_review=True)
    closed = first(findings[:gates], Truth.NOT_MET)
    if closed is not None:
        return _denied(closed)._replace(is_beyond_review=True)
    failed = first(findings[gates:], Truth.NOT_MET)
    if terms.review is not None:
        return _reviewed(terms.review, failed)
    if failed is not None:
        return _denied_clinically(failed, terms.mode)
    open_question = first(findings, Truth.UNKNOWN)
    if open_question is not None:
        return Judgement("pended", str(open_question.reason), codes_of=open_question)
    return Judgement("approved", "CRITERIA_MET")


def judge_pet(exclusivity: Finding, terms: Terms) -> Judgement:
    """What its finding of exclusivity makes of a PET line."""
    failed = exclusivity if exclusivity.answer is Truth.NOT_MET else None
    if terms.review is not None and terms.is_plan_known:
        judgement = _reviewed(terms.review, failed)
        if judgement.outcome == "approved":
            return Judgement("not_applicable", "NO_CONFLICT", review=terms.review)
        return judgement
    if failed is not None:
        if not terms.is_plan_known:
            return Judgement("pended", "PLAN_UNKNOWN", is_beyond_review=True)
        return _denied_clinically(failed, terms.mode)
    if exclusivity.answer is Truth.UNKNOWN:
        reason, is_unknown = str(exclusivity.reason), not terms.is_plan_known
        return Judgement("pended", reason, codes_of=exclusivity, is_beyond_review=is_unknown)
    return Judgement("not_applicable", "NO_CONFLICT")


def outdated(denied: Judgement) -> Judgement:
    """A denial by a reviewer who did not know what is known now."""
    return Judgement("pended", "REVIEW_OUTDATED", review=denied.review)


def first(findings: Iterable[Finding], answer: Truth) -> Finding | None:
    """The first finding with an answer, in the order of the criteria."""
    for finding in findings:
        if finding.answer is answer:
            return finding
    return None


def _denied(failed: Finding) -> Judgement:
    return Judgement("denied", str(failed.reason), codes_of=failed)


def _denied_clinically(failed: Finding, mode: DenialMode) -> Judgement:
    """A clinical denial is a person's where the plan or the law says so."""
    if mode == "automatic":
        return _denied(failed)
    recommended = Recommendation("denied", str(failed.reason)) if mode == "recommend" else None
    return Judgement("pended", "PEER_REVIEW", recommended)


def _reviewed(review: GivenReview, failed: Finding | None) -> Judgement:
    return Judgement(review[1].decision, "REVIEWED", review=review, codes_of=failed)
