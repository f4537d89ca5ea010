"""Plans, and what the law and other authorities say of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

LineOfBusiness = Literal[
    "commercial", "essential_plan", "child_health_plus", "medicaid", "medicare", "dsnp"
]
Group = Literal["CO", "PR", "OA", "PI"]
Authority = Literal["NCD", "LCD", "eMedNY"]
DenialMode = Literal["automatic", "recommend", "findings_only"]
"""Who may make a clinical denial, from the least strict to the strictest (`rules.md` 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """
    How persons decide a plan's lines: for the console alone, as no rule looks at it.

    They are the same in every period of the plan.
    """

    second_person_for_denials: bool = False
    """Whether a person's denial needs another person who denies too."""
    quality_sample_one_in: int | None = None
    """Of so many decided lines one is judged again by a second person, blind; None: none is."""


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
    policies: tuple[str, ...] = ()
    """Ids of the policies that decide its lines, in their order; empty: all of the library."""
    periods: tuple[PlanPeriod, ...] = ()
    """In the order of their first days."""
    review: ReviewTerms = ReviewTerms()
    """How persons decide; decides nothing about a claim."""

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

    def is_of(self, plan: Plan) -> bool:
        """Whether the row speaks of a plan, on whatever day."""
        return self.state in ("*", plan.state) and self.line_of_business in (
            "*",
            plan.line_of_business,
        )

    def is_in_force(self, received_at: date) -> bool:
        """Whether the row is in force for claims received on a day."""
        return self.effective_from <= received_at and (
            self.effective_to is None or received_at < self.effective_to
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
    state: str = "*"
    """Two capital letters, or `*`: a contractor speaks for its own states alone."""

    def speaks_of(self, procedure: str, line_of_business: str, on: date, state: str | None) -> bool:
        """Whether the row rules a procedure for a plan's line and state on a date of service."""
        return (
            procedure in self.procedures
            and line_of_business in self.lines_of_business
            and self.state in ("*", state)
            and self.effective_from <= on
            and (self.effective_to is None or on < self.effective_to)
        )
