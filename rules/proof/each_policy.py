"""Each policy of a library as if it were alone, and what they have to do with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import Policy
from rules.proof.check import OpenLibrary, Proof


def each_policy(opened: OpenLibrary) -> Iterator[OpenLibrary]:
    """The library as if it held one policy alone, for each in the order of their ids."""
    for policy in opened.library.policies:
        yield of_policy(opened, policy)


def of_policy(opened: OpenLibrary, policy: Policy) -> OpenLibrary:
    """
    The library as if it held one policy alone, under the plans that always have it.

    As it is if it holds no other.
    """
    library = opened.library
    if len(library.policies) == 1:
        return opened
    plans = {
        name: _without_policies(plan)
        for name, plan in library.plans.items()
        if all(policy in library.policies_of(terms) for terms in _periods_of(plan))
    }
    reduced = replace(library, policies=(policy,), plans=plans, reasons=policy.reasons)
    documents = tuple(each for each in opened.documents if each.policy_id == policy.policy_id)
    return opened._replace(library=reduced, documents=documents)


def policy_id_of(one: OpenLibrary) -> str:
    """The id of the one policy of a library."""
    (policy,) = one.library.policies
    return policy.policy_id


def check_of_policies(opened: OpenLibrary) -> Iterator[Proof]:
    """What the policies of a library have to do with each other; nothing of a library of one."""
    library = opened.library
    if len(library.policies) == 1:
        return
    idle = [
        f"policy {policy.policy_id}: no plan is decided by it"
        for policy in library.policies
        if not any(
            policy in library.policies_of(terms)
            for plan in library.plans.values()
            for terms in _periods_of(plan)
        )
    ]
    yield Proof(
        "policies",
        "is each policy of some plan, and which procedures are of several policies?",
        ", ".join(policy.policy_id for policy in library.policies),
        warnings=tuple(idle),
        notes=tuple(_shared(library)),
    )


def _shared(library: Library) -> Iterator[str]:
    """Procedures that several policies decide or watch, those of the same policies together."""
    by_roles: dict[tuple[str, ...], list[str]] = {}
    roles = _roles_by_procedure(library)
    for procedure in sorted(roles):
        if len(roles[procedure]) > 1:
            by_roles.setdefault(tuple(roles[procedure]), []).append(procedure)
    for said, procedures in by_roles.items():
        yield f"{', '.join(procedures)}: {'; '.join(said)}"


def _roles_by_procedure(library: Library) -> Mapping[str, list[str]]:
    """What each policy does with each procedure that it decides or watches in any version."""
    found: dict[str, list[str]] = {}
    for policy in library.policies:
        decided = {code for version in policy.versions for code in version.codes.decided}
        watched = {code for version in policy.versions for code in version.codes.watched} - decided
        for does, codes in (("decides", decided), ("watches", watched)):
            for code in codes:
                found.setdefault(code, []).append(f"{policy.policy_id} {does}")
    return found


def _periods_of(plan: Plan) -> tuple[Plan, ...]:
    """Its terms before the first of its periods, and in each."""
    return (plan, *(period.plan for period in plan.periods))


def _without_policies(plan: Plan) -> Plan:
    periods = tuple(
        replace(period, plan=replace(period.plan, policies=())) for period in plan.periods
    )
    return replace(plan, policies=(), periods=periods)
