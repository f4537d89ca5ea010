"""Reviews of a line in every order: by whom, on which level, and what was told after them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import product

from rules.facts import Fact, Review
from rules.library_model import Library
from rules.proof.baseline import Baseline
from rules.proof.denial_modes import REVIEWER_ROLE, mode_of
from rules.proof.rivals import billed
from rules.proof.situation import ASKED, Setting

_NO_PEER = "benefits clerk"
"""A role that no plan names."""
_ONE, _OTHER = "R-1", "R-2"


def reviews() -> tuple[Review, ...]:
    """Each decision that a reviewer can take of the line."""
    return tuple(
        Review(*ASKED, decision, "seen by a person", REVIEWER_ROLE)
        for decision in ("approved", "denied")
    )


def reviewed_lines(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Lines that are approved, held and denied, after each course of reviews under each mode."""
    procedures = [code for code in baseline.procedures if baseline.service_of(code) != "other"]
    for plan, procedure in product(_plans(library, baseline), procedures):
        line = baseline.setting._replace(plan=plan, procedure=procedure)
        for setting, course in product(_lines(line, baseline), _courses()):
            yield setting._replace(beside=(*setting.beside, *course))
            for more in _told_after(line, baseline):
                yield setting._replace(beside=(*setting.beside, *course, more))


def _plans(library: Library, baseline: Baseline) -> list[str]:
    """One plan for each way in which plans differ to a reviewer."""
    found: dict[Hashable, str] = {}
    for plan_id in baseline.plans:
        plan = library.plans.get(plan_id)
        setting = baseline.setting._replace(plan=plan_id)
        mode = mode_of(library, setting.claim(), setting.on)
        roles = () if plan is None else (plan.peer_reviewer_roles, plan.approving_roles)
        found.setdefault((plan is None, roles, mode), plan_id)
    return list(found.values())


def _lines(line: Setting, baseline: Baseline) -> Iterator[Setting]:
    """By its imaging, and with a rival that is not known until the last of them."""
    yield line
    for result in ("limited", "conclusive"):
        yield line._replace(beside=(baseline.mri(line, result),))
    for rival in _rivals(line, baseline):
        yield baseline.after_mri(line, rival)


def _rivals(line: Setting, baseline: Baseline) -> Iterator[Fact]:
    others = baseline.codes.watched
    if line.procedure in others:
        others = {baseline.setting.procedure: next(iter(others.values()))}
    for procedure in sorted(others)[:1]:
        yield billed(line, procedure, 10, line.diagnoses)


def _told_after(line: Setting, baseline: Baseline) -> Iterator[Fact]:
    """Evidence for the line and against it that came when the reviews had been."""
    yield baseline.mri(line)
    yield baseline.mri(line, "conclusive")


def _courses() -> Iterator[tuple[Fact, ...]]:
    approved, denied = reviews()
    yield (approved,)
    yield (denied,)
    yield (approved, denied)
    yield (denied, approved)
    yield (denied._replace(carc="50", rarc=("N661",)),)
    for review in reviews():
        yield (review._replace(reviewer_role=_NO_PEER),)
        yield (denied, review._replace(reviewer_role=_NO_PEER))
    yield from _appeals(denied)


def _appeals(denied: Review) -> Iterator[tuple[Fact, ...]]:
    """An appeal alone, and after a denial, by the same reviewer, by another, by nobody named."""
    first = denied._replace(reviewer_id=_ONE)
    for decision, reviewer in product(("approved", "denied"), (_ONE, _OTHER, None)):
        appeal = denied._replace(level="appeal", decision=decision, reviewer_id=reviewer)  # type: ignore[arg-type]  # one of the two
        yield (appeal,)
        yield (first, appeal)
        yield (denied, appeal)
