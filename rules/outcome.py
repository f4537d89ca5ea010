"""From the findings of a line to its determination (`rules.md` 1, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rules.determination import (
    Determination,
    Finding,
    Need,
    Outcome,
    Recommendation,
    ReviewerWord,
)
from rules.facts import Origin, Review
from rules.history.studies import HeldLine
from rules.library_model import Library, Reason
from rules.plans import Plan
from rules.truth import Truth

_GATES = 5
"""The first criteria are gates; a denial by one of them is nothing clinical."""


class Verdict(NamedTuple):
    """Outcome and reason of a line, and what goes with them."""

    outcome: Outcome
    reason: str
    recommended: Recommendation | None = None
    review: ReviewerWord | None = None
    codes_of: Finding | None = None
    """The finding whose codes the line carries; None: the reason's own."""
    is_beyond_review: bool = False
    """Whether no review could lift it: a gate denies, or the plan is not known."""


def judge_mrs(
    findings: Sequence[Finding], plan: Plan | None, review: tuple[Origin, Review] | None
) -> Verdict:
    """
    The first "not met" decides; else the first "unknown"; else the line is approved.

    A review goes before everything but an unknown plan and what a gate denies. `findings` come in
    the order of the criteria, all nine.
    """
    if plan is None:
        return Verdict("pended", "PLAN_UNKNOWN", is_beyond_review=True)
    closed = first(findings[:_GATES], Truth.NOT_MET)
    if closed is not None:
        return _denied(closed)._replace(is_beyond_review=True)
    failed = first(findings[_GATES:], Truth.NOT_MET)
    if review is not None:
        return _reviewed(review, failed)
    if failed is not None:
        return _denied_clinically(failed, plan)
    open_question = first(findings, Truth.UNKNOWN)
    if open_question is not None:
        return Verdict("pended", str(open_question.reason), codes_of=open_question)
    return Verdict("approved", "CRITERIA_MET")


def judge_pet(
    exclusivity: Finding, plan: Plan | None, review: tuple[Origin, Review] | None
) -> Verdict:
    """What its finding of exclusivity makes of a PET line; `review`: one that counts, or None."""
    failed = exclusivity if exclusivity.answer is Truth.NOT_MET else None
    if review is not None and plan is not None:
        verdict = _reviewed(review, failed)
        if verdict.outcome == "approved":
            return Verdict("not_applicable", "NO_CONFLICT", review=verdict.review)
        return verdict
    if failed is not None:
        if plan is None:
            return Verdict("pended", "PLAN_UNKNOWN", is_beyond_review=True)
        return _denied_clinically(failed, plan)
    if exclusivity.answer is Truth.UNKNOWN:
        reason = str(exclusivity.reason)
        return Verdict("pended", reason, codes_of=exclusivity, is_beyond_review=plan is None)
    return Verdict("not_applicable", "NO_CONFLICT")


def first(findings: Iterable[Finding], answer: Truth) -> Finding | None:
    """The first finding with an answer, in the order of the criteria."""
    for finding in findings:
        if finding.answer is answer:
            return finding
    return None


def determine(
    held: HeldLine, verdict: Verdict, findings: tuple[Finding, ...], library: Library
) -> Determination:
    """The whole determination of a line, with its codes, needs and due date."""
    line, claim = held.line, held.known.claim
    reason = library.reasons[verdict.reason]
    group, carc, rarc = _codes(verdict, held.plan, library)
    version = held.version
    return Determination(
        claim_id=claim.claim_id,
        line=line.number,
        procedure=line.procedure,
        service=held.service,
        line_of_business=held.plan.line_of_business if held.plan is not None else "unknown",
        policy_version=version.version if version is not None else None,
        outcome=verdict.outcome,
        reason=verdict.reason,
        section=reason.section,
        group=group,
        carc=carc,
        rarc=rarc,
        needs=_needs(verdict, held, findings, library),
        due_on=_due_on(held, library) if verdict.outcome == "pended" else None,
        recommended=verdict.recommended,
        review=verdict.review,
        findings=findings,
    )


def _denied(failed: Finding) -> Verdict:
    return Verdict("denied", str(failed.reason), codes_of=failed)


def _denied_clinically(failed: Finding, plan: Plan) -> Verdict:
    """A clinical denial waits for a peer reviewer where the plan asks for one."""
    if plan.clinical_denials_need_peer_review:
        recommended = Recommendation("denied", str(failed.reason))
        return Verdict("pended", "PEER_REVIEW", recommended)
    return _denied(failed)


def _reviewed(review: tuple[Origin, Review], failed: Finding | None) -> Verdict:
    origin, said = review
    word = ReviewerWord(said.decision, said.reason, said.reviewer_role, origin.source, origin.id)
    return Verdict(said.decision, "REVIEWED", review=word, codes_of=failed)


def _codes(
    verdict: Verdict, plan: Plan | None, library: Library
) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Group, CARC and RARC: those of the finding that decided, or of the reason itself."""
    if verdict.outcome not in ("denied", "pended"):
        return None, None, ()
    finding = verdict.codes_of
    reason = library.reasons[verdict.reason]
    if finding is not None and finding.reason is not None:
        reason = library.reasons[finding.reason]
    rarc = finding.rarc if finding is not None and finding.rarc is not None else reason.rarc
    group = _group(reason, plan) if verdict.outcome == "denied" else None
    return group, reason.carc, rarc


def _group(reason: Reason, plan: Plan | None) -> str | None:
    """The reason's group; the plan's own where the contract with it says which."""
    if plan is not None and reason.group == "plan:investigational":
        return plan.investigational_group
    if plan is not None and reason.group == "plan:non_covered":
        return plan.non_covered_group
    return reason.group


def _needs(
    verdict: Verdict, held: HeldLine, findings: Sequence[Finding], library: Library
) -> tuple[Need, ...]:
    """All that would settle or reopen the line, each once, in the order of the library's list."""
    if verdict.outcome not in ("pended", "denied"):
        return ()
    codes: set[str] = set()
    if all(finding.reason != verdict.reason for finding in findings):
        codes.update(library.reasons[verdict.reason].needs)
    if held.plan is None:
        codes.update(library.reasons["PLAN_UNKNOWN"].needs)
    for finding in findings:
        if finding.reason is not None:
            own = library.reasons[finding.reason].needs
            codes.update(own if finding.needs is None else finding.needs)
    if verdict.is_beyond_review:
        codes.discard("review")
    return tuple([Need(code, text) for code, text in library.needs.items() if code in codes])


def _due_on(held: HeldLine, library: Library) -> date:
    """
    The day by which a pended line is to be settled.

    A line that no version rules is due by the first version's number: the deadline is ours, and
    says nothing of coverage.
    """
    version = held.version or library.versions[0]
    return held.known.claim.received_at + timedelta(days=version.parameters.pend_due_days)
