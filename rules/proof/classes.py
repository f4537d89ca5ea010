"""The classes of procedures, plans, dates and diagnoses: what the rules cannot tell apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeVar, get_args

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.loading.icd10cm import CodeRow, Icd10cmTable
from rules.plans import AuthorityRow, LineOfBusiness, Plan
from rules.policy_version import PolicyVersion

K = TypeVar("K", bound=Hashable)
M = TypeVar("M")

FIRST_DAY, LAST_DAY = date(1902, 1, 1), date(2197, 12, 31)
"""Dates of service that leave room for a history before and a receipt after (`contract.md` 1)."""
UNKNOWN_PLAN = "no-such-plan"
NO_PROCEDURE = "99999"
"""In no code set."""
_ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days over which nothing dated in the library begins or ends."""

    first: date
    last: date

    @property
    def middle(self) -> date:
        """A day inside."""
        return self.first + (self.last - self.first) // 2


def spans_of_dates(library: Library, table: Icd10cmTable) -> tuple[Span, ...]:
    """All days of the contract, cut wherever a version, a row or the code table changes."""
    cuts = {FIRST_DAY, LAST_DAY + _ONE_DAY, table.knows_from, table.knows_to}
    dated: Iterable[PolicyVersion | AuthorityRow] = (*library.versions, *library.authorities)
    for held in dated:
        cuts |= {held.effective_from, held.effective_to or FIRST_DAY}
    cuts |= {day for version in library.versions for day, _ in version.codes_from}
    cuts |= {period.effective_from for plan in library.plans.values() for period in plan.periods}
    for rows in {table.rows(code) for code in table.codes()}:
        cuts |= {end for row in rows for end in (row.valid_from, row.valid_to) if end is not None}
    days = sorted(cut for cut in cuts if cut >= FIRST_DAY)
    return tuple(Span(first, following - _ONE_DAY) for first, following in pairwise(days))


def classes_of_procedures(library: Library) -> Mapping[Hashable, tuple[str, ...]]:
    """
    Every procedure that the library names, and one that it does not, by all that it says of them.

    What a plan excludes and what another authority's row speaks of is part of that.
    """
    eras = eras_of(library)
    named = {
        *(code for codes in eras for code in (*codes.imaging, *codes.episode_reset)),
        *(code for row in library.authorities for code in row.procedures),
        *(code for plan in library.plans.values() for code in _excluded(plan)),
        NO_PROCEDURE,
    }
    return grouped((nature_of_procedure(library, eras, code), code) for code in sorted(named))


def nature_of_procedure(library: Library, eras: Sequence[CodeSets], code: str) -> Hashable:
    """All that a library says of a procedure."""
    return (
        sets_of_procedure(eras, code),
        tuple(code in row.procedures for row in library.authorities),
        tuple(code in _excluded(plan) for _, plan in sorted(library.plans.items())),
    )


def sets_of_procedure(eras: Sequence[CodeSets], code: str) -> tuple[Hashable, ...]:
    """In which code sets of each era a procedure stands, and as what."""
    return tuple(
        (
            codes.decided.get(code),
            codes.watched.get(code),
            codes.conventional_imaging.get(code),
            codes.episode_reset.get(code),
        )
        for codes in eras
    )


def classes_of_plans(library: Library) -> tuple[str, ...]:
    """The id of one plan of each kind, and one that no plan file has."""
    order = get_args(LineOfBusiness)
    plans = sorted(
        library.plans.values(), key=lambda plan: (order.index(plan.line_of_business), plan.plan_id)
    )
    kinds = grouped((kind_of_plan(plan), plan.plan_id) for plan in plans)
    return (*(members[0] for members in kinds.values()), UNKNOWN_PLAN)


class DiagnosisClass(NamedTuple):
    """Codes of which the library says the same: when they are valid, and what they speak for."""

    rows: tuple[CodeRow, ...]
    """Their validity; none: the table does not have them."""
    nature: Hashable
    """What is said of them in each era: purposes, unrelated, tumour, company, chapter."""
    codes: tuple[str, ...]

    @property
    def representative(self) -> str:
        """The first of the codes."""
        return self.codes[0]


def classes_of_diagnoses(library: Library, table: Icd10cmTable) -> tuple[DiagnosisClass, ...]:
    """Every code of the table in its class, and one that the table does not have."""
    codes, eras = [*table.codes(), code_not_in(table)], eras_of(library)
    classes = grouped(((table.rows(code), nature_of_diagnosis(eras, code)), code) for code in codes)
    return tuple(DiagnosisClass(*key, members) for key, members in classes.items())


def codes_on(on: date, classes: Iterable[DiagnosisClass]) -> list[str]:
    """One code of each class, where those that are as valid on a day and speak alike are one."""
    alike = grouped(((_validity(one, on), one.nature), one.representative) for one in classes)
    return [members[0] for members in alike.values()]


def _validity(held: DiagnosisClass, on: date) -> Hashable:
    return tuple(row.is_billable for row in held.rows if row.holds(on))


def nature_of_diagnosis(eras: Sequence[CodeSets], code: str) -> tuple[Hashable, ...]:
    """What the code sets of each era say that a diagnosis speaks for, or not."""
    return tuple(
        (
            codes.indications.get(code),
            code in codes.unrelated,
            code in codes.brain_tumour,
            tuple((code == rule.code, code in rule.beside) for rule in codes.company),
            code[0] in codes.symptom_chapters,
            code[0] in codes.circumstances,
        )
        for codes in eras
    )


def code_not_in(*tables: Icd10cmTable) -> str:
    """A text that could be a code and is none."""
    codes = (f"{letter}99.ZZZZ" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return next(code for code in codes if not any(table.rows(code) for table in tables))


def grouped(pairs: Iterable[tuple[K, M]]) -> dict[K, tuple[M, ...]]:
    """Those that have the same key together, in their order."""
    groups: dict[K, list[M]] = {}
    for key, member in pairs:
        groups.setdefault(key, []).append(member)
    return {key: tuple(members) for key, members in groups.items()}


def first_days_of_eras(library: Library) -> set[date]:
    """The days from which on code sets may be others than before; the first is that of all time."""
    versions = library.versions
    days = {day for version in versions for day, _ in version.codes_from}
    return {FIRST_DAY, *(version.effective_from for version in versions), *days}


def eras_of(library: Library) -> tuple[CodeSets, ...]:
    """The different code sets of a library, in the order of time."""
    eras = (library.policies[0].codes_on(day) for day in sorted(first_days_of_eras(library)))
    return tuple({id(codes): codes for codes in eras}.values())


def _excluded(plan: Plan) -> frozenset[str]:
    """What a plan excludes in any of its periods."""
    return frozenset().union(
        plan.excluded_procedures,
        plan.medicare_excluded_procedures,
        plan.medicaid_excluded_procedures,
        *(_excluded(period.plan) for period in plan.periods),
    )


def kind_of_plan(plan: Plan) -> Hashable:
    """All that a plan says but its name, in each of its periods."""
    return (
        plan.line_of_business,
        plan.state,
        plan.clinical_denials_need_peer_review,
        plan.investigational_group,
        plan.non_covered_group,
        plan.excluded_procedures,
        plan.medicare_excluded_procedures,
        plan.medicaid_excluded_procedures,
        plan.claims_known_from,
        plan.peer_reviewer_roles,
        plan.approving_roles,
        tuple((period.effective_from, kind_of_plan(period.plan)) for period in plan.periods),
    )
