"""The part of a library that a proof goes through: its first policy, under the plans with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rules.proof.check import OpenLibrary, Proof


def of_first_policy(opened: OpenLibrary) -> OpenLibrary:
    """The library as if it held the policy with the first id alone; as it is if it holds one."""
    library = opened.library
    first, *others = library.policies
    if not others:
        return opened
    plans = {
        name: plan
        for name, plan in library.plans.items()
        if all(
            first in library.policies_of(terms)
            for terms in (plan, *(period.plan for period in plan.periods))
        )
    }
    documents = tuple(each for each in opened.documents if each.policy_id == first.policy_id)
    alone = {
        name: replace(
            plan,
            policies=(),
            periods=tuple(
                replace(period, plan=replace(period.plan, policies=())) for period in plan.periods
            ),
        )
        for name, plan in plans.items()
    }
    reduced = replace(library, policies=(first,), plans=alone, reasons=first.reasons)
    return opened._replace(library=reduced, documents=documents)


def further_policies(opened: OpenLibrary) -> Iterator[Proof]:
    """Which policies are not gone through; nothing of a library of one policy."""
    first, *others = opened.library.policies
    if others:
        yield Proof(
            "policies",
            "are the combinations of every policy gone through?",
            f"those of {first.policy_id}, the first of {len(others) + 1} policies",
            (),
            tuple(
                f"policy {each.policy_id}: loaded and tried by its scenarios, but its combinations "
                "are not gone through"
                for each in others
            ),
        )
