"""A policy as the criteria see it: its dated versions with criteria, parameters and code sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeVar

from rules.code_sets import CodeSets, Purpose, Technique
from rules.criterion import Criterion
from rules.determination import ParameterValue, Service
from rules.reasons import Reason
from rules.terms import (
    EarlierStudyTerms,
    ExclusivityTerms,
    NoTerms,
    PartTerms,
    PurposeTerms,
    Terms,
)
from rules.terms_of_history import AgeTerms, SexTerms
from rules.terms_of_lines import (
    AttestedTerms,
    AuthorizationTerms,
    MeasuredTerms,
    OrderedByTerms,
    PlaceTerms,
    ReferredTerms,
    UnitsTerms,
)

_T = TypeVar("_T")
_INITIALS = 3
_AT_NO_OTHERS = (
    NoTerms,
    PurposeTerms,
    EarlierStudyTerms,
    ExclusivityTerms,
    ReferredTerms,
    UnitsTerms,
    PlaceTerms,
    OrderedByTerms,
    AuthorizationTerms,
    AttestedTerms,
    MeasuredTerms,
    AgeTerms,
    SexTerms,
    PartTerms,
)
"""
Terms of criteria that look at no service of another line, but for imaging and duplicates.

A criterion with other terms is taken to look at all of them, until `member/alone.py` knows better.
"""


class AskedCriteria:
    """The criteria of the lines of one service, in the order in which they are asked."""

    __slots__ = ("by_itself", "criteria", "gates")

    def __init__(self, criteria: tuple[Criterion[Terms], ...]) -> None:
        self.criteria: Final[tuple[Criterion[Terms], ...]] = criteria
        self.gates: Final[int] = sum(row.gate is not None for row in criteria)
        """How many of them are gates: they are the first ones."""
        others = [at for at, row in enumerate(criteria) if not row.is_by_itself]
        self.by_itself: Final[int] = others[0] if others else len(criteria)
        """How many of the first look at nothing but the line itself."""


@dataclass(frozen=True, kw_only=True)
class PolicyVersion:
    """One dated issue of the policy; in force from its first day up to, not on, `effective_to`."""

    version: str
    effective_from: date
    effective_to: date | None
    next_review: str | None
    """YYYY-MM; past that month the version is stale, which is a warning and no expiry."""
    pend_due_days: int
    """How many days after its receipt a pended line falls due."""
    parameters: Mapping[str, ParameterValue]
    """Its numbers and choices by name; its `policy.toml` has each question."""
    service: Service
    """What it calls the service that it decides."""
    watched_service: Service | None
    """What it calls those that it only holds against its own."""
    criteria: tuple[Criterion[Terms], ...]
    """In the order in which they are asked (`rules.md` 4 and 5)."""
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

    @property
    def words(self) -> tuple[str, str]:
        """How findings name its own service and the watched one."""
        return service_word(self.service), service_word(self.watched_service or "")

    def service_of(self, procedure: str, on: date | None = None) -> Service:
        """
        What a procedure is to this policy: its service, the watched one, or `other`.

        On a day, or by all its codes whatever their dates.
        """
        codes = self.codes if on is None else self.codes_on(on)
        if procedure in codes.decided:
            return self.service
        return (self.watched_service or "other") if procedure in codes.watched else "other"

    @cached_property
    def asked(self) -> Mapping[str, AskedCriteria]:
        """The criteria of the lines of each service."""
        services = sorted({service for row in self.criteria for service in row.services})
        return {
            service: AskedCriteria(tuple(row for row in self.criteria if service in row.services))
            for service in services
        }

    @cached_property
    def with_parts(self) -> tuple[Criterion[Any], ...]:
        """The criteria, each followed by those that it asks in turn."""
        return tuple([row for each in self.criteria for row in each.with_parts])

    def having(self, kind: type[_T]) -> Criterion[_T] | None:
        """The first criterion with terms of a kind."""
        for row in self.with_parts:
            if isinstance(row.terms, kind):
                return row
        return None

    @cached_property
    def exclusivity(self) -> Criterion[ExclusivityTerms] | None:
        """The criterion that studies are walked for."""
        return self.having(ExclusivityTerms)

    @cached_property
    def exclusive(self) -> frozenset[Purpose]:
        """The purposes for which both sets of procedures may stand."""
        return frozenset() if self.exclusivity is None else self.exclusivity.terms.exclusive

    @cached_property
    def longest_lookback_days(self) -> int:
        """No criterion looks at a study that was longer before."""
        days = [0 if self.exclusivity is None else self.exclusivity.terms.window_days]
        for row in self.with_parts:
            if isinstance(row.terms, EarlierStudyTerms):
                days += [row.terms.lookback_days, row.terms.unusable_lookback_days]
        return max(days)

    def with_answers(self, answers: Mapping[str, ParameterValue]) -> PolicyVersion:
        """The same version where some of its parameters are answered otherwise."""
        due: Any = answers.get("pend_due_days", self.pend_due_days)
        return replace(
            self,
            pend_due_days=due,
            parameters={**self.parameters, **answers},
            criteria=tuple(row.with_answers(answers) for row in self.criteria),
        )


def service_word(service: Service) -> str:
    """How people read a service: initials in capitals, other words as they are."""
    return service.upper() if len(service) <= _INITIALS else service.replace("_", " ")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy with all its versions."""

    policy_id: str
    versions: tuple[PolicyVersion, ...]
    """In the order of their first days, without overlap."""
    reasons: Mapping[str, Reason]
    """Those of the library, as this policy cites them."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """All that it can ask for, where it has words of its own; empty: in the library's words."""

    @property
    def services(self) -> tuple[Service, ...]:
        """What it calls procedures, which all its versions do alike, and `other`."""
        latest = self.versions[-1]
        return tuple(dict.fromkeys((latest.service, latest.watched_service or "other", "other")))

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """Criterion -> the sections that it leans on, as a determination cites them."""
        return {row.name: row.section for version in self.versions for row in version.criteria}

    @cached_property
    def seeking(self) -> tuple[Criterion[Any], ...]:
        """The criteria that look for other services of the member than imaging."""
        rows = [row for version in self.versions for row in version.with_parts]
        return tuple([row for row in rows if not isinstance(row.terms, _AT_NO_OTHERS)])

    @cached_property
    def longest_window_days(self) -> int:
        """No rule of any version looks at a study that was longer before."""
        return max(version.longest_lookback_days for version in self.versions)

    @cached_property
    def standing_statuses(self) -> frozenset[str]:
        """Those of which any version says that a study that has one was done."""
        rows = [version.exclusivity for version in self.versions]
        return frozenset[str]().union(
            *(row.terms.standing_statuses for row in rows if row is not None)
        )

    @cached_property
    def longest_exclusivity_days(self) -> int:
        """No version holds a study against one that was longer before."""
        rows = [version.exclusivity for version in self.versions]
        return max((row.terms.window_days for row in rows if row is not None), default=0)

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

    def version_on(self, on: date) -> PolicyVersion | None:
        """The version in force on a date of service, or None: no fallback, no backdating."""
        for version in self.versions:
            if version.effective_from <= on and (
                version.effective_to is None or on < version.effective_to
            ):
                return version
        return None

    def nearest_version(self, on: date) -> PolicyVersion:
        """
        The version by which a line of a date of service is looked up.

        Where no version is in force it is the version before it, else the first: whether a line is
        one of ours must not depend on a version (`rules.md` 3).
        """
        chosen = self.versions[0]
        for version in self.versions:
            if version.effective_from <= on:
                chosen = version
        return chosen

    def codes_on(self, on: date) -> CodeSets:
        """The code sets by which a procedure of a date of service is looked up."""
        return self.nearest_version(on).codes_on(on)
