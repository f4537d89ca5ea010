"""From the findings of a line to its outcome and reason (`rules.md` 1, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rules.determination import Finding, Outcome, Recommendation, ReviewerWord
from rules.facts import Origin, Review
from rules.history.reviews import GivenReview
from rules.plans import DenialMode
from rules.truth import Truth


class Judgement:
    """Outcome and reason of a line, and what goes with them; nothing of it changes."""

    __slots__ = (
        "codes_of",
        "is_beyond_review",
        "is_clinical",
        "known_to_reviewer",
        "outcome",
        "reason",
        "recommended",
        "review",
    )

    def __init__(  # noqa: PLR0913  # all but two by name, each with its own default
        self,
        outcome: Outcome,
        reason: str,
        *,
        recommended: Recommendation | None = None,
        review: GivenReview | None = None,
        codes_of: Finding | None = None,
        is_beyond_review: bool = False,
        is_clinical: bool = False,
        known_to_reviewer: tuple[Truth, ...] = (),
    ) -> None:
        self.outcome: Final[Outcome] = outcome
        self.reason: Final[str] = reason
        self.recommended: Final[Recommendation | None] = recommended
        self.review: Final[GivenReview | None] = review
        """The review that resolved the line, or that no longer fits it."""
        self.codes_of: Final[Finding | None] = codes_of
        """The finding whose codes the line carries; None: the review's, or the reason's own."""
        self.is_beyond_review: Final[bool] = is_beyond_review
        """Whether no review could lift it: a gate denies, or the plan is not known."""
        self.is_clinical: Final[bool] = is_clinical
        """A denial that may be a person's to make (`rules.md` 4, who may deny)."""
        self.known_to_reviewer: Final[tuple[Truth, ...]] = known_to_reviewer
        """Of a denial by a reviewer: what each criterion answered when it was reviewed."""

    @property
    def own_codes(self) -> Review | None:
        """The review whose own codes a denial carries, if it names any."""
        if self.reason != "REVIEWED" or self.review is None:
            return None
        given = self.review[1]
        return given if given.carc is not None else None


APPROVED = Judgement("approved", "CRITERIA_MET")
_PLAN_UNKNOWN = Judgement("pended", "PLAN_UNKNOWN", is_beyond_review=True)
_NO_CONFLICT = Judgement("not_applicable", "NO_CONFLICT")


def judge_mrs(
    findings: Sequence[Finding], gates: int, is_plan_known: bool, review: GivenReview | None
) -> Judgement:
    """
    The first "not met" decides; else the first "unknown"; else the line is approved.

    A review goes before everything but an unknown plan and what a gate denies. `findings` come in
    the order of the criteria, all of them; the first `gates` of them are gates.
    """
    if not is_plan_known:
        return _PLAN_UNKNOWN
    failed, at = _first(findings, Truth.NOT_MET)
    if failed is not None and at < gates:
        return Judgement("denied", str(failed.reason), codes_of=failed, is_beyond_review=True)
    if review is not None:
        return _reviewed(review, failed)
    if failed is not None:
        return _denied_clinically(failed)
    open_question, _ = _first(findings, Truth.UNKNOWN)
    if open_question is not None:
        return Judgement("pended", str(open_question.reason), codes_of=open_question)
    return APPROVED


def judge_pet(exclusivity: Finding, is_plan_known: bool, review: GivenReview | None) -> Judgement:
    """What its finding of exclusivity makes of a PET line."""
    failed = exclusivity if exclusivity.answer is Truth.NOT_MET else None
    if review is not None and is_plan_known:
        judgement = _reviewed(review, failed)
        if judgement.outcome == "approved":
            return Judgement("not_applicable", "NO_CONFLICT", review=review)
        return judgement
    if failed is not None:
        return _denied_clinically(failed) if is_plan_known else _PLAN_UNKNOWN
    if exclusivity.answer is Truth.UNKNOWN:
        reason, is_beyond = str(exclusivity.reason), not is_plan_known
        return Judgement("pended", reason, codes_of=exclusivity, is_beyond_review=is_beyond)
    return _NO_CONFLICT


def reviewer_word(origin: Origin, given: Review) -> ReviewerWord:
    """What a reviewer said, as it is published."""
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


def left_to_a_person(denial: Judgement, mode: DenialMode) -> Judgement:
    """A clinical denial as it may be published: not at all where it is a person's to make."""
    if mode == "automatic":
        return denial
    recommended = Recommendation("denied", denial.reason) if mode == "recommend" else None
    return Judgement("pended", "PEER_REVIEW", recommended=recommended)


def outdated(denied: Judgement) -> Judgement:
    """A denial by a reviewer who did not know what is known now."""
    return Judgement("pended", "REVIEW_OUTDATED", review=denied.review)


def still_denied(denied: Judgement, review: GivenReview, then: tuple[Truth, ...]) -> Judgement:
    """A denial by a reviewer who knew what is known now; `then`: what was answered then."""
    return _reviewed(review, denied.codes_of, then)


def first(findings: Iterable[Finding], answer: Truth) -> Finding | None:
    """The first finding with an answer, in the order of the criteria."""
    for finding in findings:
        if finding.answer is answer:
            return finding
    return None


def _first(findings: Sequence[Finding], answer: Truth) -> tuple[Finding | None, int]:
    """The first finding with an answer, and its place."""
    for at, finding in enumerate(findings):
        if finding.answer is answer:
            return finding, at
    return None, -1


def _denied_clinically(failed: Finding) -> Judgement:
    return Judgement("denied", str(failed.reason), codes_of=failed, is_clinical=True)


def _reviewed(
    review: GivenReview, failed: Finding | None, then: tuple[Truth, ...] = ()
) -> Judgement:
    decision = review[1].decision
    return Judgement(decision, "REVIEWED", review=review, codes_of=failed, known_to_reviewer=then)
