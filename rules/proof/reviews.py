"""Reviews of a line in every order: by whom, on which level, and what was told after them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rules.facts import Fact, Review
from rules.proof.baseline import Baseline
from rules.proof.denial_modes import REVIEWER_ROLE
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


def reviewed_lines(baseline: Baseline) -> Iterator[Setting]:
    """Lines that are approved, held and denied, under each plan, after each course of reviews."""
    procedures = [
        code for code in baseline.procedures if baseline.codes.service_of(code) != "other"
    ]
    for plan, procedure in product(baseline.plans, procedures):
        line = baseline.setting._replace(plan=plan, procedure=procedure)
        for setting, course in product(_lines(line, baseline), _courses()):
            yield setting._replace(beside=(*setting.beside, *course))
            for more in _told_after(line, baseline):
                yield setting._replace(beside=(*setting.beside, *course, more))


def _lines(line: Setting, baseline: Baseline) -> Iterator[Setting]:
    """By its imaging, and with a rival that is not known until the last of them."""
    yield line
    for result in ("limited", "conclusive"):
        yield line._replace(beside=(baseline.mri(line, result),))
    for rival in _rivals(line, baseline):
        yield baseline.after_mri(line, rival)


def _rivals(line: Setting, baseline: Baseline) -> Iterator[Fact]:
    others = baseline.codes.pet
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
