"""The baseline of the enumeration: for each version of the policy an approved line, to vary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from rules.code_sets import CodeSets
from rules.determination import Service
from rules.facts import Fact, Report, StudyResult
from rules.loading.icd10cm import Icd10cmTable
from rules.policy_version import PolicyVersion
from rules.proof.classes import (
    LAST_DAY,
    DiagnosisClass,
    Span,
    classes_of_plans,
    classes_of_procedures,
    spans_of_dates,
)
from rules.proof.imaging import study_of
from rules.proof.situation import Laboratory, Setting
from rules.truth import Truth


class DiagnosisKind(NamedTuple):
    """What a class of diagnoses says of a line by itself."""

    coding: Truth
    indication: Truth
    reason: str | None
    """That of the first of the two that is not met or unknown."""
    rarc: tuple[str, ...] | None
    """The remark codes of an unusable code, which depend on what is wrong with it."""
    is_exclusive: bool
    """Whether it has an indication for which PET and spectroscopy exclude each other."""
    elsewhere: DiagnosisKind | None = None
    """What another library says, where two are compared."""


class Baseline(NamedTuple):
    """One version of the policy, with what stands for each class in its time."""

    version: PolicyVersion
    setting: Setting
    """A line that is approved once an MRI that left the question open is beside it."""
    scan: str
    """The procedure of such an MRI."""
    kinds: Mapping[DiagnosisKind, DiagnosisClass]
    """The first class of diagnoses of each kind."""
    peer_plan: str | None
    """A plan under which it is approved too, but whose clinical denials need a peer."""
    days: tuple[date, ...]
    """The first and the last day of every span of dates of service."""
    procedures: tuple[str, ...]
    """One of each class."""
    plans: tuple[str, ...]
    """One of each kind, and one that no plan file has."""

    @property
    def codes(self) -> CodeSets:
        """The version's code sets."""
        return self.version.codes

    def service_of(self, procedure: str) -> Service:
        """What a procedure is to the version."""
        return self.version.service_of(procedure)

    def mri(self, setting: Setting, result: StudyResult = "limited") -> Report:
        """An MRI two weeks before the line that a setting is about, for the same diagnoses."""
        return study_of(setting, self.scan, 14, result, diagnoses=setting.diagnoses)

    def after_mri(self, setting: Setting, *more: Fact) -> Setting:
        """The setting with an MRI that left the question open, and more facts, beside it."""
        return setting._replace(beside=(*setting.beside, self.mri(setting), *more))


def baselines(
    laboratory: Laboratory, table: Icd10cmTable, classes: Sequence[DiagnosisClass]
) -> Iterator[Baseline]:
    """The baseline of each version in which anything can be approved."""
    days = {day for span in spans_of_dates(laboratory.library, table) for day in span}
    for version in laboratory.library.versions:
        found = baseline_on(laboratory, version, day_within(version, table), classes)
        if found is not None:
            yield found._replace(days=tuple(sorted(days)))


def baseline_on(
    laboratory: Laboratory, version: PolicyVersion, on: date, classes: Sequence[DiagnosisClass]
) -> Baseline | None:
    """The baseline on a day of a version, if anything can be approved on it; no other days."""
    found = _approved(laboratory, version, on, classes)
    if found is None:
        return None
    library = laboratory.library
    procedures = tuple(members[0] for members in classes_of_procedures(library).values())
    bare = Baseline(version, *found, {}, None, (), procedures, classes_of_plans(library))
    approved = bare.after_mri(bare.setting)
    return bare._replace(
        kinds=_kinds(laboratory, approved, version, classes),
        peer_plan=_peer_plan(laboratory, approved),
    )


def diagnosis_kind(
    laboratory: Laboratory, setting: Setting, version: PolicyVersion, held: DiagnosisClass
) -> DiagnosisKind:
    """What a class of diagnoses says of a spectroscopy."""
    one = laboratory.ask(setting._replace(diagnoses=(held.representative,)))
    said = {finding.criterion: finding for finding in one.findings}
    return DiagnosisKind(
        said["coding"].answer,
        said["indication"].answer,
        said["coding"].reason or said["indication"].reason,
        said["coding"].rarc,
        _is_exclusive(version, held.representative),
    )


def diagnoses_of(baseline: Baseline) -> list[tuple[str, ...]]:
    """One diagnosis of each kind, and none at all."""
    return [(), *((held.representative,) for held in baseline.kinds.values())]


def day_within(version: PolicyVersion, table: Icd10cmTable) -> date:
    """The middle of the days of the version that the diagnosis table knows, else its first day."""
    last = (version.effective_to or LAST_DAY) - timedelta(days=1)
    known = Span(
        max(version.effective_from, table.knows_from),
        min(last, table.knows_to - timedelta(days=1)),
    )
    return known.middle if known.first <= known.last else version.effective_from


def _approved(
    laboratory: Laboratory, version: PolicyVersion, on: date, classes: Sequence[DiagnosisClass]
) -> tuple[Setting, str] | None:
    """The first line that is approved; one for which a PET could stand in, where there is any."""
    library = laboratory.library
    codes = version.codes
    spectroscopies = sorted(code for code, mrs in codes.decided.items() if not mrs.investigational)
    scans = sorted(codes.conventional_imaging, reverse=True)
    approved: list[tuple[bool, Setting, str]] = []
    for procedure, plan, held, scan in product(
        spectroscopies, classes_of_plans(library), classes, scans[:1]
    ):
        setting = Setting(on, plan, procedure, (held.representative,))
        seen = (study_of(setting, scan, 14, "limited"),)
        if laboratory.ask(setting._replace(beside=seen)).outcome == "approved":
            is_exclusive = _is_exclusive(version, held.representative)
            approved.append((not is_exclusive, setting, scan))
        if approved and not approved[-1][0]:
            break
    return min(approved, key=lambda found: found[0])[1:] if approved else None


def _kinds(
    laboratory: Laboratory,
    setting: Setting,
    version: PolicyVersion,
    classes: Sequence[DiagnosisClass],
) -> dict[DiagnosisKind, DiagnosisClass]:
    kinds: dict[DiagnosisKind, DiagnosisClass] = {}
    for held in classes:
        kinds.setdefault(diagnosis_kind(laboratory, setting, version, held), held)
    return kinds


def _is_exclusive(version: PolicyVersion, code: str) -> bool:
    known = version.codes.indications.get(code)
    return known is not None and not known.indications.isdisjoint(version.exclusive)


def _peer_plan(laboratory: Laboratory, approved: Setting) -> str | None:
    plans = laboratory.library.plans
    for plan_id in classes_of_plans(laboratory.library)[:-1]:
        is_peer = plans[plan_id].clinical_denials_need_peer_review
        if is_peer and laboratory.ask(approved._replace(plan=plan_id)).outcome == "approved":
            return plan_id
    return None
