"""
The rule library as the criteria see it: policies, plans, authorities, tables of codes.

`rules/loading/files.py` reads it from a folder and refuses it as a whole if anything is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from rules.code_sets import CodeSets, ModifierMeaning
from rules.determination import Service
from rules.plans import AuthorityRow, DenialMode, JurisdictionRow, Plan
from rules.policy_version import Policy, PolicyVersion
from rules.reasons import Reason
from rules.remembered import Memo, Remembered

_K = TypeVar("_K")
_V = TypeVar("_V")

Validity = Literal["billable", "heading", "invalid", "unverified"]


class Stretch(NamedTuple):
    """Days of service on which nothing in the library changes, and what holds all through them."""

    epoch: int
    """Its number; they are counted in the order of their days."""
    version: PolicyVersion | None
    """The version in force."""
    nearest: PolicyVersion
    """That one; without it the version before it, else the first."""
    codes: CodeSets
    """The code sets by which procedures are looked up."""


class Icd10cm(Protocol):
    """The ICD-10-CM table with its dates of validity."""

    @property
    def knows_to(self) -> date:
        """
        The first day that the table does not know.

        Of dates of service from then on, no code can be found invalid.
        """

    @property
    def boundaries(self) -> Iterable[date]:
        """Days from which on it may say something else of a code than the day before."""

    def validity(self, code: str, on: date) -> Validity:
        """
        What the table says of a code on a date of service.

        `unverified` where the table does not know the date and no billable row is open there.
        """


class RemittanceCodes(Protocol):
    """The published CARC and RARC with their dates."""

    def is_carc(self, code: str, on: date) -> bool:
        """Whether a claim adjustment reason code is in force on a day."""

    def is_rarc(self, code: str, on: date) -> bool:
        """Whether a remittance advice remark code is in force on a day."""


class Ruled(NamedTuple):
    """By which policy a line is looked up, and as what."""

    policy: Policy
    """The one that decides or watches its procedure; else the first of the plan."""
    service: Service


_JURISDICTIONS: Memo[str, tuple[JurisdictionRow, ...]] = Memo("jurisdictions of plans")


@dataclass(frozen=True, kw_only=True)
class Library:
    """One generation of the rules, whole, checked and frozen."""

    generation: int
    digest: str
    """`sha256:…` over everything that the library folder and the plans hold."""
    policies: tuple[Policy, ...]
    """In the order of their ids."""
    authorities: tuple[AuthorityRow, ...]
    reasons: Mapping[str, Reason]
    needs: Mapping[str, str]
    """Code of a need -> our text for it."""
    plans: Mapping[str, Plan]
    modifiers: Mapping[str, ModifierMeaning]
    jurisdictions: tuple[JurisdictionRow, ...]
    icd10cm: Icd10cm
    remittance: RemittanceCodes

    @cached_property
    def _boundaries(self) -> list[date]:
        """Days of service from which on anything may be otherwise than the day before."""
        spans = [(each.effective_from, each.effective_to) for each in self.versions]
        spans += [(each.effective_from, each.effective_to) for each in self.authorities]
        days = {day for span in spans for day in span if day is not None}
        days.update(self.icd10cm.boundaries)
        days.update(since for each in self.versions for since, _ in each.codes_from)
        days.update(
            period.effective_from for plan in self.plans.values() for period in plan.periods
        )
        return sorted(days)

    @cached_property
    def longest_window_days(self) -> int:
        """No rule of any policy looks at a study that was longer before."""
        return max(policy.longest_window_days for policy in self.policies)

    @cached_property
    def walking(self) -> tuple[Policy, ...]:
        """The policies of which any version holds studies against each other."""
        return tuple(
            policy
            for policy in self.policies
            if any(version.exclusivity is not None for version in policy.versions)
        )

    @cached_property
    def criterion_names(self) -> tuple[str, ...]:
        """The names of all criteria of all policies, each once, as they are first asked."""
        rows = (row for version in self.versions for row in version.criteria)
        return tuple(dict.fromkeys(row.name for row in rows))

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """What its policies call procedures: those that they decide, then those they watch."""
        decided = [version.service for version in self.versions]
        watched = [version.watched_service or "other" for version in self.versions]
        return tuple(dict.fromkeys((*decided, *watched, "other")))

    def needs_of(self, policy: Policy) -> Mapping[str, str]:
        """What can be asked for under a policy and in which words, in the order of a request."""
        return policy.needs or self.needs

    @property
    def versions(self) -> tuple[PolicyVersion, ...]:
        """Every version of every policy."""
        return tuple(version for policy in self.policies for version in policy.versions)

    def version_named(self, policy_id: str, version: str) -> PolicyVersion:
        """A version of a policy by its name; raises `KeyError` where there is none."""
        named = {
            (policy.policy_id, each.version): each
            for policy in self.policies
            for each in policy.versions
        }
        return named[policy_id, version]

    def epoch_of(self, on: date) -> int:
        """
        The number of the stretch of days that a date of service lies in.

        Versions, plans, authorities and the validity of codes are the same all through a stretch,
        so that what depends on nothing else of the date is asked once for each.
        """
        return bisect_right(self._boundaries, on)

    def stretch_of(self, policy: Policy, on: date) -> Stretch:
        """The stretch of days that a date of service lies in, under one policy."""
        epoch = self.epoch_of(on)
        stretches = self._stretches[policy.policy_id]
        found = stretches.get(epoch)
        if found is None:
            nearest = policy.nearest_version(on)
            found = Stretch(epoch, policy.version_on(on), nearest, nearest.codes_on(on))
            stretches[epoch] = found
        return found

    @cached_property
    def _stretches(self) -> dict[str, dict[int, Stretch]]:
        return {policy.policy_id: {} for policy in self.policies}

    @cached_property
    def _memos(self) -> dict[str, Remembered[Any, Any]]:
        return {}

    def remembered(self, memo: Memo[_K, _V]) -> Remembered[_K, _V]:
        """The answers of one kind that were given under this library."""
        found: Remembered[_K, _V] | None = self._memos.get(memo.name)
        if found is None:
            found = self._memos[memo.name] = Remembered()
        return found

    def _jurisdictions_of(self, plan: Plan) -> tuple[JurisdictionRow, ...]:
        """The rows that speak of a plan: of few, and asked for each denial."""
        remembered = self.remembered(_JURISDICTIONS)
        found = remembered.get(plan.plan_id)
        if found is None:
            rows = tuple([row for row in self.jurisdictions if row.is_of(plan)])
            found = remembered.keep(plan.plan_id, rows)
        return found

    def with_versions(self, change: Callable[[PolicyVersion], PolicyVersion]) -> Library:
        """The library with every version of every policy changed."""
        policies = tuple(
            replace(policy, versions=tuple(change(version) for version in policy.versions))
            for policy in self.policies
        )
        return replace(self, policies=policies)

    def policies_of(self, plan: Plan | None) -> tuple[Policy, ...]:
        """The policies that decide a plan's lines, in its order; of a plan not known, all."""
        if plan is None or not plan.policies:
            return self.policies
        by_id = {policy.policy_id: policy for policy in self.policies}
        return tuple(by_id[policy_id] for policy_id in plan.policies)

    def ruled(self, plan: Plan | None, procedure: str, on: date) -> Ruled:
        """
        By which policy a procedure is looked up on a date of service.

        What any policy of the plan decides is decided by it, whatever others watch; of several that
        watch it the first counts.
        """
        policies = self.policies_of(plan)
        watching: Ruled | None = None
        for policy in policies:
            service = policy.nearest_version(on).service_of(procedure, on)
            if service == policy.nearest_version(on).service:
                return Ruled(policy, service)
            if service != "other" and watching is None:
                watching = Ruled(policy, service)
        return watching or Ruled(policies[0], "other")

    def denial_mode(self, plan: Plan, received_at: date) -> DenialMode:
        """The strictest of what the law and the plan say of a claim received on a day."""
        rows = self._jurisdictions_of(plan)
        modes = [row.mode for row in rows if row.is_in_force(received_at)]
        if "findings_only" in modes:
            return "findings_only"
        return (
            "recommend"
            if "recommend" in modes or plan.clinical_denials_need_peer_review
            else "automatic"
        )
