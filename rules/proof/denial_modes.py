"""Who may deny a line, worked out by itself, and lines around every edge of it (`rules.md` 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import get_args

from rules.facts import Claim
from rules.library_model import Library
from rules.plans import DenialMode, JurisdictionRow, LineOfBusiness, Plan
from rules.proof.baseline import Baseline
from rules.proof.moved_facts import later
from rules.proof.rivals import billed
from rules.proof.situation import Setting
from rules.truth import Truth

MODES: tuple[DenialMode, ...] = get_args(DenialMode)
"""From the least strict to the strictest."""
REVIEWER_ROLE = "medical director"
"""A role whose reviews count under each plan of the samples."""
_EVERY = "*"
_ONE_DAY = timedelta(days=1)


def mode_of(library: Library, claim: Claim, on: date) -> DenialMode:
    """The strictest that the plan and any row of law say of a claim's line of a day."""
    known = library.plans.get(claim.plan_id)
    if known is None:
        return "automatic"
    plan, received = known.on(on), claim.received_at
    modes: list[DenialMode] = ["automatic"]
    if plan.clinical_denials_need_peer_review:
        modes.append("recommend")
    modes += [
        row.mode
        for row in library.jurisdictions
        if row.state in (_EVERY, plan.state)
        and row.line_of_business in (_EVERY, plan.line_of_business)
        and row.effective_from <= received < (row.effective_to or date.max)
    ]
    return max(modes, key=MODES.index)


def who_may_deny(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Every clinical denial, received on each side of each edge of the law, under every plan."""
    plans = [library.plans[plan] for plan in baseline.plans if plan in library.plans]
    plans += [plan for row in library.jurisdictions for plan in plans_of_law(row)]
    for plan, received in product({plan.plan_id: plan for plan in plans}.values(), _edges(library)):
        for setting in clinical_denials(baseline):
            yield _received(setting, plan, received)


def clinically_denied(baseline: Baseline, plan: Plan, received: date) -> Setting:
    """A line under a plan that criteria alone would deny, since its MRI resolved the question."""
    setting = baseline.setting
    setting = setting._replace(beside=(baseline.mri(setting, "conclusive"),))
    return _received(setting, plan, received)


def plans_of_law(row: JurisdictionRow) -> Iterator[Plan]:
    """A plan of each line of business that a row of law speaks of, which itself asks for nobody."""
    lines: tuple[LineOfBusiness, ...] = get_args(LineOfBusiness)
    for line_of_business in lines:
        if row.line_of_business in (_EVERY, line_of_business):
            yield supposed_plan(row.state, line_of_business)


def supposed_plan(state: str, line_of_business: LineOfBusiness) -> Plan:
    """A plan that excludes nothing; `state` may be `*`, then it has none."""
    return Plan(
        plan_id=f"supposed {state} {line_of_business}",
        line_of_business=line_of_business,
        clinical_denials_need_peer_review=False,
        investigational_group="CO",
        non_covered_group="CO",
        state=None if state == _EVERY else state,
        peer_reviewer_roles=frozenset({REVIEWER_ROLE}),
    )


def _edges(library: Library) -> list[date]:
    """The first and the last day of each row of law, and the days beside them."""
    ends = {
        end
        for row in library.jurisdictions
        for end in (row.effective_from, row.effective_to)
        if end is not None
    }
    return sorted(ends | {end - _ONE_DAY for end in ends})


def clinical_denials(baseline: Baseline) -> Iterator[Setting]:
    """A line for each criterion that denies clinically, of either technique."""
    setting, codes = baseline.setting, baseline.codes
    yield setting._replace(beside=(baseline.mri(setting, "conclusive"),))
    for procedure in baseline.procedures:
        if procedure in codes.decided and codes.decided[procedure].investigational:
            yield baseline.after_mri(setting._replace(procedure=procedure))
    for kind, held in baseline.kinds.items():
        if kind.indication is Truth.NOT_MET:
            yield baseline.after_mri(setting._replace(diagnoses=(held.representative,)))
    for pet in [code for code in baseline.procedures if code in codes.watched]:
        for asked, rival in ((setting.procedure, pet), (pet, setting.procedure)):
            line = baseline.after_mri(setting._replace(procedure=asked))
            yield line._replace(beside=(*line.beside, billed(line, rival, 5, line.diagnoses)))


def _received(setting: Setting, plan: Plan, received: date) -> Setting:
    """The line received on a day; performed on it, if that is before its own day."""
    on = min(setting.on, received)
    moved = setting._replace(plan=plan.plan_id, plans=(plan,), received_days=(received - on).days)
    return moved if on == setting.on else _on(moved, on)


def _on(setting: Setting, on: date) -> Setting:
    """The line on another day, with all that is beside it moved along."""
    by = on - setting.on
    return setting._replace(on=on, beside=tuple(later(fact, by) for fact in setting.beside))
