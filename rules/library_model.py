"""
The rule library as the criteria see it: versions, parameters, code sets, plans, authorities.

`rules/loading/files.py` reads it from a folder and refuses it as a whole if anything is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from rules.code_sets import CodeSets, ModifierMeaning, Technique
from rules.determination import ParameterValue
from rules.plans import AuthorityRow, DenialMode, JurisdictionRow, Plan
from rules.remembered import Memo, Remembered

_K = TypeVar("_K")
_V = TypeVar("_V")

Validity = Literal["billable", "heading", "invalid", "unverified"]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The numbers and choices of one policy version; its `policy.toml` has each question."""

    conventional_lookback_days: int
    imaging_claim_lag_days: int
    exclusivity_window_days: int
    exclusive_indications: tuple[int, ...]
    standing_statuses: tuple[str, ...]
    limited_first_study: Literal["pend", "stands", "ignore"]
    pet_after_mrs: Literal["deny", "pend", "ignore"]
    skull_base_pet_counts: bool
    authorized_exclusivity: Literal["pend", "deny"]
    unlisted_but_documented: Literal["pend", "accept"]
    pend_due_days: int
    unusable_lookback_days: int
    conclusive_must_answer: bool
    exclusivity_questions: Literal["all", "any"]
    body_pet_certainty: Literal["perhaps", "certain"]

    @cached_property
    def exclusive(self) -> frozenset[int]:
        """`exclusive_indications` as a set."""
        return frozenset(self.exclusive_indications)

    @cached_property
    def of_exclusivity(self) -> Mapping[str, ParameterValue]:
        """Those that every finding of exclusivity leans on, by name."""
        return {
            "exclusivity_window_days": self.exclusivity_window_days,
            "exclusive_indications": self.exclusive_indications,
            "standing_statuses": self.standing_statuses,
            "limited_first_study": self.limited_first_study,
            "skull_base_pet_counts": self.skull_base_pet_counts,
            "exclusivity_questions": self.exclusivity_questions,
            "body_pet_certainty": self.body_pet_certainty,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One dated issue of the policy; in force from its first day up to, not on, `effective_to`."""

    version: str
    effective_from: date
    effective_to: date | None
    next_review: str | None
    """YYYY-MM; past that month the version is stale, which is a warning and no expiry."""
    parameters: Parameters
    codes: CodeSets
    """The version's own code sets, with every procedure whatever its dates."""
    codes_from: tuple[tuple[date, CodeSets], ...] = ()
    """In order of days: the sets from each day on; empty where no procedure has a date."""

    def codes_on(self, on: date) -> CodeSets:
        """The code sets by the dates of their procedures."""
        for since, codes in reversed(self.codes_from):
            if since <= on:
                return codes
        return self.codes


class Stretch(NamedTuple):
    """Days of service on which nothing in the library changes, and what holds all through them."""

    epoch: int
    """Its number; they are counted in the order of their days."""
    version: PolicyVersion | None
    """The version in force."""
    codes: CodeSets
    """The code sets by which procedures are looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A stable id for why, with what it carries (`reasons.csv`)."""

    code: str
    criterion: str
    """The criterion that gives it; empty for reasons that no criterion gives."""
    section: str
    label: str
    """Our own few words for a table."""
    group: str | None
    """A group code, `plan:investigational`, `plan:non_covered`, or None."""
    carc: str | None
    rarc: tuple[str, ...]
    needs: tuple[str, ...]
    """Codes of what the requester could supply, in the order of `contract.md` 2."""


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


_JURISDICTIONS: Memo[str, tuple[JurisdictionRow, ...]] = Memo("jurisdictions of plans")


@dataclass(frozen=True, kw_only=True)
class Library:
    """One generation of the rules, whole, checked and frozen."""

    generation: int
    digest: str
    """`sha256:…` over everything that the library folder and the plans hold."""
    policy_id: str
    versions: tuple[PolicyVersion, ...]
    """In the order of their first days, without overlap."""
    authorities: tuple[AuthorityRow, ...]
    reasons: Mapping[str, Reason]
    needs: Mapping[str, str]
    """Code of a need -> our text for it."""
    sections: Mapping[str, str]
    """Criterion -> the policy's sections that it leans on, as a determination cites them."""
    plans: Mapping[str, Plan]
    modifiers: Mapping[str, ModifierMeaning]
    jurisdictions: tuple[JurisdictionRow, ...]
    icd10cm: Icd10cm
    remittance: RemittanceCodes

    @cached_property
    def longest_window_days(self) -> int:
        """No rule of any version looks at a study that was longer before."""
        return max(
            max(
                version.parameters.conventional_lookback_days,
                version.parameters.unusable_lookback_days,
                version.parameters.exclusivity_window_days,
            )
            for version in self.versions
        )

    @cached_property
    def longest_exclusivity_days(self) -> int:
        """No version holds a study against one that was longer before."""
        return max(version.parameters.exclusivity_window_days for version in self.versions)

    @cached_property
    def imaging(self) -> frozenset[str]:
        """Every procedure of either technique and of conventional imaging, of any version."""
        return frozenset().union(*(version.codes.imaging for version in self.versions))

    @cached_property
    def conventional_imaging(self) -> frozenset[str]:
        """Every procedure of conventional imaging, of any version."""
        sets = (version.codes.conventional_imaging for version in self.versions)
        return frozenset().union(*sets)

    @cached_property
    def walked(self) -> Mapping[str, frozenset[Technique]]:
        """Each procedure that some version holds against the other technique, with its own."""
        found: dict[str, frozenset[Technique]] = {}
        for version in self.versions:
            for procedure, technique in version.codes.walked.items():
                found[procedure] = found.get(procedure, frozenset()) | {technique}
        return found

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

    def epoch_of(self, on: date) -> int:
        """
        The number of the stretch of days that a date of service lies in.

        Versions, plans, authorities and the validity of codes are the same all through a stretch,
        so that what depends on nothing else of the date is asked once for each.
        """
        return bisect_right(self._boundaries, on)

    def stretch_of(self, on: date) -> Stretch:
        """The stretch of days that a date of service lies in."""
        epoch = self.epoch_of(on)
        found = self._stretches.get(epoch)
        if found is None:
            found = self._stretches[epoch] = Stretch(epoch, self.version_on(on), self.codes_on(on))
        return found

    @cached_property
    def _stretches(self) -> dict[int, Stretch]:
        return {}

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

    def version_on(self, on: date) -> PolicyVersion | None:
        """The version in force on a date of service, or None: no fallback, no backdating."""
        for version in self.versions:
            if version.effective_from <= on and (
                version.effective_to is None or on < version.effective_to
            ):
                return version
        return None

    def codes_on(self, on: date) -> CodeSets:
        """
        The code sets by which a procedure of a date of service is looked up.

        Where no version is in force they are those of the version before it, else of the first:
        whether a line is one of ours must not depend on a version (`rules.md` 3).
        """
        chosen = self.versions[0]
        for version in self.versions:
            if version.effective_from <= on:
                chosen = version
        return chosen.codes_on(on)

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
