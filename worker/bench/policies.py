"""Measures deciding alone by policy: as many lines of each, beside those of the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import msgspec

from rules.history.record import Record
from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import Policy, PolicyVersion
from rules.terms_of_history import CountTerms
from worker.bench.kernel import rate_of
from worker.bench.members import CLAIMS, STUDIES, USUALLY, Billing, member_with, record_of
from worker.bench.spread import Spread, spread_of


class PolicyRate(msgspec.Struct, frozen=True):
    """How fast lines of a policy are decided."""

    lines_a_second: Spread
    to_first: Spread
    """Beside those of the first policy of the library, in the same round."""


def rates_by_policy(
    library: Library, rounds: int, tell: Callable[[], object]
) -> Mapping[str, PolicyRate]:
    """
    Measures each policy that decides a plan's lines, by its id, in turn each round.

    Each by a member with four claims and six studies, whose claims bill what the policy decides
    and, third, what it watches.
    """
    records = dict(members_by_policy(library))
    measured: dict[str, list[float]] = {policy_id: [] for policy_id in records}
    for _ in range(rounds):
        for policy_id, record in records.items():
            measured[policy_id].append(rate_of([record], library))
        tell()
    first = next(iter(measured.values()), [])
    return {
        policy_id: PolicyRate(
            spread_of(rates),
            spread_of(rate / beside for rate, beside in zip(rates, first, strict=True)),
        )
        for policy_id, rates in measured.items()
    }


def members_by_policy(library: Library) -> Iterator[tuple[str, Record]]:
    """Returns the member by whom each policy is measured that decides lines of any plan."""
    for policy in library.policies:
        plans = [plan for plan in library.plans.values() if policy in library.policies_of(plan)]
        if plans:
            plan = min(plans, key=lambda plan: _by_simplicity(plan, library))
            billed = _billed(policy, plan)
            yield policy.policy_id, record_of(member_with(CLAIMS, STUDIES, billed=billed))


def _by_simplicity(plan: Plan, library: Library) -> tuple[int, bool, bool, str]:
    """First come plans with few policies, of which no line is excluded or left to a person."""
    is_other = plan.line_of_business != "commercial" or bool(plan.excluded_procedures)
    needs_person = plan.clinical_denials_need_peer_review or plan.state == "TX"
    return len(library.policies_of(plan)), is_other, needs_person, plan.plan_id


def _billed(policy: Policy, plan: Plan) -> Billing:
    """What the latest version decides, on days on which it is in force."""
    version = policy.versions[-1]
    codes = version.codes
    own = min(
        codes.decided, key=lambda procedure: (codes.decided[procedure].investigational, procedure)
    )
    watched = min(
        codes.watched,
        key=lambda procedure: (codes.watched[procedure].pet_class, procedure),
        default=own,
    )
    late = max(version.effective_from - USUALLY.first_day, timedelta())
    return Billing(
        plan.plan_id, (own, own, watched, own), _modifiers(version), USUALLY.last_day + late
    )


def _modifiers(version: PolicyVersion) -> tuple[str, ...]:
    """That of which a version counts the lines."""
    row = version.having(CountTerms)
    modifier = None if row is None else row.terms.modifier
    return () if modifier is None else (modifier,)
