"""Checks which policies decide a plan's lines: all known, and no procedure decided by two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from rules.loading.faults import Faults
from rules.loading.words import one_of
from rules.plans import Plan

DecidedBySome = tuple[str, frozenset[str]]
"""A policy's id, and the procedures that any of its versions decides."""


def check_policies_of_plans(
    plans: Mapping[str, Plan], policies: Sequence[DecidedBySome], faults: Faults
) -> None:
    """Records faults of the plans that name an unknown policy, or two for one procedure."""
    known = [policy_id for policy_id, _ in policies]
    for plan in plans.values():
        for terms in (plan, *(period.plan for period in plan.periods)):
            for wrong, to_do in _faults_of(terms, policies, known):
                faults.add(f"plan {plan.plan_id}", "policies", wrong, to_do)


def _faults_of(
    plan: Plan, policies: Sequence[DecidedBySome], known: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for policy_id in plan.policies:
        if policy_id not in known:
            yield f"names {policy_id!r}, which the library does not have", one_of(policy_id, known)
    decide = [held for held in policies if not plan.policies or held[0] in plan.policies]
    for (one, its), (other, others) in combinations(decide, 2):
        both = ", ".join(sorted(its & others))
        if both:
            wrong = f"lets {one} and {other} both decide {both}"
            yield wrong, "Name in `policies` only one of the two."
