"""What a person may decide of a case, and what follows from it; all of it enforced on sending."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from console.access.viewers import SENIOR, Viewer
from console.deciding.case_state import CaseState
from console.deciding.kept_decisions import KeptDecisions
from rules.facts import ReviewDecision, ReviewLevel
from rules.plans import Plan
from worker.determinations.data import Data

_NOT_A_PERSONS: Final = frozenset({"benefit", "authority", "policy_in_force", "coding"})
"""Criteria that a review does not outweigh where they are not met (`rules.md` 4)."""
_NOT_A_PERSONS_REASONS: Final = frozenset({"DUPLICATE", "COMPONENT_INCLUDED"})
_DECISIONS: Final[tuple[ReviewDecision, ...]] = ("approved", "denied")


class DecisionTerms(NamedTuple):
    """What one person may do with a case as it stands."""

    refused: str | None
    """Why this person may not decide it; None: they may."""
    choices: tuple[ReviewDecision, ...]
    """What they may decide, in an order that says nothing."""
    why_not: Mapping[ReviewDecision, str]
    """Why they may not decide what is not among the choices."""
    level: ReviewLevel
    needs_second: bool
    """Whether a denial is kept until a second person denies too."""
    has_no_effect: str | None
    """Why a decision would change nothing as things are; None: it would."""


def reviewer_role_of(viewer: Viewer) -> str:
    """
    What an event has as `reviewer_role`: the credential up to its first comma, else the role here.

    So a login with the credential `Medical director, MD` decides as a medical director.
    """
    named = (viewer.credential or "").partition(",")[0].strip()
    return named or viewer.role


def terms_of(standing: CaseState, viewer: Viewer, deciders: Collection[str]) -> DecisionTerms:
    """
    What a person may decide; `deciders` took part in deciding the case here before.

    An appeal goes to somebody who has not decided the line, and what two persons differ in to a
    senior who is neither.
    """
    latest = standing.latest
    is_appeal = latest["outcome"] == "denied" and latest["decided_by"] == "person"
    roles_of = _roles_of(standing.plan)
    role = reviewer_role_of(viewer).casefold()
    why_not = {
        decision: _not_with_role(roles)
        for decision in _DECISIONS
        if (roles := roles_of[decision]) and role not in roles
    }
    return DecisionTerms(
        refused=_refusal(standing, viewer, {*deciders, *standing.reviewers}, is_appeal),
        choices=tuple(each for each in _DECISIONS if each not in why_not),
        why_not=why_not,
        level="appeal" if is_appeal else "first",
        needs_second=standing.plan is not None and standing.plan.review.second_person_for_denials,
        has_no_effect=_without_effect(latest, standing.plan),
    )


def _refusal(
    standing: CaseState, viewer: Viewer, deciders: Collection[str], is_appeal: bool
) -> str | None:
    if standing.underway is not None:
        return "A decision of this line is on its way: wait until a worker has applied it."
    if standing.latest["outcome"] not in ("pended", "denied"):
        return "There is nothing to decide: the line is neither pended nor denied."
    if is_appeal and viewer.id in deciders:
        return "You have decided this line before, so its appeal goes to somebody else."
    return None if standing.kept is None else _refusal_beside(standing.kept, viewer)


def _refusal_beside(kept: KeptDecisions, viewer: Viewer) -> str | None:
    """Why a person may not decide beside what others have decided."""
    if viewer.id in kept.persons:
        return "You have decided. It waits for another person, as the plan asks."
    if kept.waits_for == "senior" and viewer.role != SENIOR:
        return "Two persons differ, so a senior who is neither of the two decides."
    return None


def _roles_of(plan: Plan | None) -> Mapping[ReviewDecision, frozenset[str]]:
    """The roles whose reviews count; empty: any."""
    return {
        "approved": plan.approving_roles if plan else frozenset(),
        "denied": plan.peer_reviewer_roles if plan else frozenset(),
    }


def _not_with_role(roles: Collection[str]) -> str:
    return f"Under this plan it counts only by: {', '.join(sorted(roles))}."


def _without_effect(latest: Data, plan: Plan | None) -> str | None:
    if plan is None:
        return "The plan is not known; until it is, a decision changes nothing."
    if latest["reason"] in _NOT_A_PERSONS_REASONS:
        return "A line that is paid by another line stays denied whatever a person decides."
    for finding in latest["findings"]:
        if finding["answer"] == "not_met" and finding["criterion"] in _NOT_A_PERSONS:
            said = finding["criterion"].replace("_", " ")
            return f"As long as {said} is not met, a decision changes nothing."
    return None
