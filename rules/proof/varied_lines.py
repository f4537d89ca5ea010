"""For each service of a policy version a line with which nothing is wrong, to vary."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from rules.code_sets import CodeSets, Purpose, Support
from rules.determination import Service
from rules.library_model import Library
from rules.loading.icd10cm import Icd10cmTable
from rules.plans import Plan
from rules.policy_version import PolicyVersion
from rules.proof.baseline import day_within
from rules.proof.classes import code_not_in
from rules.proof.denial_modes import supposed_plan
from rules.proof.situation import Setting

_SUPPORTS: tuple[Support, ...] = ("listed", "documented", "suggested")


class VariedLine(NamedTuple):
    """A line of a service on a day of a version, under a plan that covers it."""

    version: PolicyVersion
    service: Service
    plan: Plan
    setting: Setting
    procedures: tuple[str, ...]
    """All of the service, on that day."""
    library: Library
    table: Icd10cmTable

    @property
    def is_watched(self) -> bool:
        """Whether the policy only watches the service."""
        return self.service == self.version.watched_service

    @property
    def codes(self) -> CodeSets:
        """The code sets of the line's day."""
        return self.version.codes_on(self.setting.on)

    def billable(self, *supports: Support) -> Iterator[tuple[str, frozenset[Purpose]]]:
        """Billable diagnoses of the line's day with some support, and what they are for."""
        for support in supports or _SUPPORTS:
            for code, held in self.codes.indications.items():
                if held.support == support and held.indications and self.is_billable(code):
                    yield code, held.indications

    def is_billable(self, code: str) -> bool:
        """Whether a diagnosis is billable on the line's day."""
        return self.table.validity(code, self.setting.on) == "billable"


def varied_lines(
    version: PolicyVersion, library: Library, table: Icd10cmTable
) -> Iterator[VariedLine]:
    """One for each service that the version asks anything of, and has a procedure of."""
    on = day_within(version, table)
    codes = version.codes_on(on)
    for service, decided in (
        (version.service, codes.decided),
        (version.watched_service, codes.watched),
    ):
        if service is not None and service in version.asked and decided:
            plan = _plan(library, decided, on)
            setting = Setting(on, plan.plan_id, _procedure(codes, service == version.service), ())
            if plan.plan_id not in library.plans:
                setting = setting._replace(plans=(plan,))
            procedures = tuple(sorted(decided))
            line = VariedLine(version, service, plan, setting, procedures, library, table)
            yield line._replace(setting=setting._replace(diagnoses=_diagnoses(line)))


def _plan(library: Library, procedures: Collection[str], on: date) -> Plan:
    """The first of the library's that only the policy rules, and no person; else one supposed."""
    for plan in (library.plans[name].on(on) for name in sorted(library.plans)):
        is_bare = (
            plan.line_of_business == "commercial" and not plan.clinical_denials_need_peer_review
        )
        if is_bare and plan.excluded_procedures.isdisjoint(procedures):
            return library.plans[plan.plan_id]
    return supposed_plan("*", "commercial")


def _procedure(codes: CodeSets, is_decided: bool) -> str:
    """The first that is not flagged, or that certainly looks at the brain; else the first."""
    if is_decided:
        return min(codes.decided, key=lambda code: (codes.decided[code].investigational, code))
    return min(codes.watched, key=lambda code: (codes.watched[code].pet_class, code))


def _diagnoses(line: VariedLine) -> tuple[str, ...]:
    """One that is for something, and for what both services answer if any is; else any."""
    exclusive = line.version.exclusive
    found = [code for code, purposes in line.billable() if purposes & exclusive]
    found = found or [code for code, _ in line.billable()]
    return (found[0] if found else first_billable(line.table, line.setting.on),)


def first_billable(table: Icd10cmTable, on: date) -> str:
    """The first diagnosis of the table that is billable on a day; one of no table if none is."""
    for code in table.codes():
        if table.validity(code, on) == "billable":
            return code
    return code_not_in(table)
