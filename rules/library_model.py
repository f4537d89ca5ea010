"""
The rule library as the criteria see it: versions, parameters, code sets, plans, authorities.

`rules/loading/files.py` reads it from a folder and refuses it as a whole if anything is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, Protocol

from rules.determination import Service

LineOfBusiness = Literal[
    "commercial", "essential_plan", "child_health_plus", "medicaid", "medicare", "dsnp"
]
Group = Literal["CO", "PR", "OA", "PI"]
Authority = Literal["NCD", "LCD", "eMedNY"]
Support = Literal["listed", "documented", "suggested"]
PetClass = Literal["brain", "possible", "skull_base"]
ResetKind = Literal["surgery", "radiosurgery", "radiotherapy"]
DenialMode = Literal["automatic", "recommend", "findings_only"]
"""Who may make a clinical denial, from the least strict to the strictest (`rules.md` 4)."""
Validity = Literal["billable", "heading", "invalid", "unverified"]
ModifierMeaning = Literal[
    "professional", "technical", "discontinued", "repeat", "distinct", "bilateral"
]


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
    """The version's own code sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPeriod:
    """The terms of a plan for dates of service from a day on, until the next period begins."""

    effective_from: date
    plan: Plan
    """The whole plan as it is in the period; it has no periods of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a `plan_id` names: its terms before the first of its periods.

    `plan_id`, `line_of_business`, `state` and `claims_known_from` are the same in every period.
    """

    plan_id: str
    line_of_business: LineOfBusiness
    clinical_denials_need_peer_review: bool
    investigational_group: Group
    non_covered_group: Group
    excluded_procedures: frozenset[str] = frozenset()
    """Of a plan that is not dual."""
    medicare_excluded_procedures: frozenset[str] = frozenset()
    """Of a dual plan (dsnp)."""
    medicaid_excluded_procedures: frozenset[str] = frozenset()
    """Of a dual plan (dsnp)."""
    claims_known_from: date | None = None
    state: str | None = None
    """Two capital letters; None where no state's law is meant."""
    peer_reviewer_roles: frozenset[str] = frozenset()
    """Roles, in lower case, whose reviews may deny; empty: the plan names none, any may."""
    approving_roles: frozenset[str] = frozenset()
    """Roles, in lower case, whose reviews may approve; empty: the plan names none, any may."""
    periods: tuple[PlanPeriod, ...] = ()
    """In the order of their first days."""

    def on(self, day: date) -> Plan:
        """The plan's terms for a date of service."""
        for period in reversed(self.periods):
            if period.effective_from <= day:
                return period.plan
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionRow:
    """A dated rule of law on who may make a clinical denial (`jurisdictions.csv`)."""

    state: str
    """Two capital letters, or `*`."""
    line_of_business: str
    """A line of business, or `*`."""
    effective_from: date
    effective_to: date | None
    """Exclusive."""
    mode: DenialMode
    source: str

    def matches(self, plan: Plan, received_at: date) -> bool:
        """Whether the row is in force for claims of a plan received on a day."""
        return (
            self.state in ("*", plan.state)
            and self.line_of_business in ("*", plan.line_of_business)
            and self.effective_from <= received_at
            and (self.effective_to is None or received_at < self.effective_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRow:
    """A dated rule of someone else that comes before the policy; `effective_to` is exclusive."""

    authority: Authority
    reference: str
    procedures: frozenset[str]
    lines_of_business: frozenset[str]
    effective_from: date
    effective_to: date | None
    effect: Literal["non_covered", "governs"]

    def speaks_of(self, procedure: str, line_of_business: str, on: date) -> bool:
        """Whether the row rules a procedure for a line of business on a date of service."""
        return (
            procedure in self.procedures
            and line_of_business in self.lines_of_business
            and self.effective_from <= on
            and (self.effective_to is None or on < self.effective_to)
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MrsCode:
    """A spectroscopy procedure."""

    investigational: bool
    """Flagged by the policy's code table; such a code is not walked for exclusivity either."""
    has_components: bool
    """Whether a professional or technical modifier can stand on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PetCode:
    """A PET procedure of the code set."""

    pet_class: PetClass
    """How likely it looks at the brain; `skull_base` counts only if a parameter says so."""
    has_own_ct: bool
    """A head CT (`ConventionalCode.may_be_attenuation`) of the same day is taken for its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionalCode:
    """A conventional brain imaging procedure."""

    may_be_attenuation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Indications:
    """Which of the policy's indications (1 to 6) a diagnosis speaks for, and how strongly."""

    indications: frozenset[int]
    support: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A diagnosis that has an indication, as if listed with it, only beside certain others."""

    code: str
    indication: int
    beside: frozenset[str]
    in_history: bool
    """Whether the others may stand in the member's history too, not only on the line or study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicationName:
    """One of the policy's indications, with the family of questions that it belongs to."""

    section: str
    group: str
    """tumour, metabolic, infection or seizure."""
    label: str


class Icd10cm(Protocol):
    """The ICD-10-CM table with its dates of validity."""

    def validity(self, code: str, on: date) -> Validity:
        """
        What the table says of a code on a date of service.

        `unverified` where the table does not know the date and no billable row is open there.
        """


class CodeFamily(Protocol):
    """A set of diagnoses given by headings: what is under an entry belongs to it."""

    def __contains__(self, code: str) -> bool:
        """Whether a code belongs to the set."""


@dataclass(frozen=True, kw_only=True)
class CodeSets:
    """The code sets of one version of the policy."""

    mrs: Mapping[str, MrsCode]
    pet: Mapping[str, PetCode]
    conventional_imaging: Mapping[str, ConventionalCode]
    episode_reset: Mapping[str, ResetKind]
    indications: Mapping[str, Indications]
    unrelated: CodeFamily
    """Diagnoses that were looked at and are none of the policy's purposes."""
    brain_tumour: frozenset[str]
    company: tuple[Company, ...]
    indication_names: Mapping[int, IndicationName]
    symptom_chapters: frozenset[str]
    """First letters of codes that name no disease: symptoms, factors, external causes."""
    circumstances: frozenset[str]
    """First letters of codes that name a circumstance: the same without symptoms."""

    @cached_property
    def imaging(self) -> frozenset[str]:
        """Every procedure of either technique and of conventional imaging."""
        return frozenset((*self.mrs, *self.pet, *self.conventional_imaging))

    @cached_property
    def with_own_ct(self) -> tuple[str, ...]:
        """The PET procedures that a head CT of the same day may belong to."""
        return tuple(code for code, pet in self.pet.items() if pet.has_own_ct)

    @cached_property
    def in_company(self) -> frozenset[str]:
        """The diagnoses whose indication may depend on others beside them."""
        return frozenset(rule.code for rule in self.company)

    def service_of(self, procedure: str) -> Service:
        """Which of the two techniques a procedure is, or `other`."""
        if procedure in self.mrs:
            return "mrs"
        return "pet" if procedure in self.pet else "other"


class RemittanceCodes(Protocol):
    """The published CARC and RARC with their dates."""

    def is_carc(self, code: str, on: date) -> bool:
        """Whether a claim adjustment reason code is in force on a day."""

    def is_rarc(self, code: str, on: date) -> bool:
        """Whether a remittance advice remark code is in force on a day."""


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
        return chosen.codes

    def denial_mode(self, plan: Plan, received_at: date) -> DenialMode:
        """The strictest of what the law and the plan say of a claim received on a day."""
        modes = {row.mode for row in self.jurisdictions if row.matches(plan, received_at)}
        if "findings_only" in modes:
            return "findings_only"
        return "recommend" if modes or plan.clinical_denials_need_peer_review else "automatic"
