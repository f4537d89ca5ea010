"""Two libraries side by side: what they say differently, and every situation to compare them in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from rules.code_sets import CodeSets
from rules.determination import Service
from rules.library_model import Library
from rules.loading.icd10cm import CodeRow, Icd10cmTable
from rules.policy_version import PolicyVersion
from rules.proof.baseline import (
    Baseline,
    DiagnosisKind,
    baseline_on,
    day_within,
    diagnoses_of,
    diagnosis_kind,
)
from rules.proof.classes import (
    LAST_DAY,
    DiagnosisClass,
    classes_of_procedures,
    code_not_in,
    first_days_of_eras,
    grouped,
    kind_of_plan,
    nature_of_diagnosis,
    nature_of_procedure,
    sets_of_procedure,
    spans_of_dates,
)
from rules.proof.liveness import probes
from rules.proof.parts import parts
from rules.proof.rivals import billed, treatments
from rules.proof.situation import Laboratory, Setting
from rules.proof.space import imaging, pets


class Side(NamedTuple):
    """A library with its diagnosis table, and where its situations are decided."""

    laboratory: Laboratory
    table: Icd10cmTable

    @property
    def library(self) -> Library:
        """The library by itself."""
        return self.laboratory.library


class TwoSides:
    """The classes of two libraries together: what neither of them can tell apart."""

    def __init__(self, before: Side, after: Side) -> None:
        self.sides = (before, after)

    @cached_property
    def diagnoses(self) -> tuple[DiagnosisClass, ...]:
        """Every code of either table in its class, and one that neither has."""
        classes = grouped((self._natures(code), code) for code in self._codes())
        return tuple(
            DiagnosisClass(sum((rows for rows, _ in natures), ()), natures, codes)
            for natures, codes in classes.items()
        )

    @cached_property
    def differing_diagnoses(self) -> Mapping[str, DiagnosisClass]:
        """Each code of which the two say different things, with its class."""
        return {
            code: held
            for held in self.diagnoses
            if len(set(self._natures(held.representative))) > 1
            for code in held.codes
        }

    @cached_property
    def procedures(self) -> Mapping[str, tuple[str, ...]]:
        """Every procedure that either names, with its class."""
        named = {
            code
            for side in self.sides
            for members in classes_of_procedures(side.library).values()
            for code in members
        }
        classes = grouped(
            (
                tuple(
                    nature_of_procedure(side.library, eras, code)
                    for side, eras in zip(self.sides, self._eras, strict=True)
                ),
                code,
            )
            for code in sorted(named)
        )
        return {code: members for members in classes.values() for code in members}

    @cached_property
    def differing_procedures(self) -> frozenset[str]:
        """Those that stand in other code sets, or as something else in them."""
        return frozenset(
            code
            for code in self.procedures
            if len({sets_of_procedure(eras, code) for eras in self._eras}) > 1
        )

    @cached_property
    def differing_plans(self) -> Mapping[str, tuple[str, ...]]:
        """Each plan of which the two say different things, with those that differ alike."""
        plans = {name for side in self.sides for name in side.library.plans}
        classes = grouped((self._kinds(name), name) for name in sorted(plans))
        return {
            name: members
            for kinds, members in classes.items()
            if len(set(kinds)) > 1
            for name in members
        }

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The first and the last day of every span over which nothing in either changes."""
        return tuple(
            sorted(
                {
                    day
                    for side in self.sides
                    for span in spans_of_dates(side.library, side.table)
                    for day in span
                }
            )
        )

    def settings(self) -> Iterator[Setting]:
        """Each dimension by the classes of both, around what either approves; some of it twice."""
        for side in self.sides:
            for baseline in self._baselines(side):
                for part in parts(side.library, baseline, self.diagnoses):
                    yield from (one for one in part.settings if not one.rows)
                for probe in probes(side.library, side.table, baseline):
                    yield from probe.settings
                yield from self._with_differing_codes(side.library, baseline)

    @cached_property
    def first_baselines(self) -> tuple[tuple[Side, Baseline], ...]:
        """The first baseline of each library that has any."""
        return tuple(
            (side, baseline) for side in self.sides for baseline in islice(self._baselines(side), 1)
        )

    def service_of(self, procedure: str) -> Service:
        """What a procedure is to the first version of either library that says something of it."""
        versions = (version for side in self.sides for version in side.library.versions)
        services = (version.service_of(procedure) for version in versions)
        return next((service for service in services if service != "other"), "other")

    def rivals_of(self, service: Service) -> list[str]:
        """One procedure of each class of the other technique, of either library."""
        versions = [version for side in self.sides for version in side.library.versions]
        others: dict[Service | None, Service | None] = {}
        for version in versions:
            others[version.watched_service] = version.service
            others[version.service] = version.watched_service
        return [
            code
            for code in dict.fromkeys(members[0] for members in self.procedures.values())
            if others.get(service) in {version.service_of(code) for version in versions}
        ]

    def _baselines(self, side: Side) -> Iterator[Baseline]:
        """One on every span of dates in which the versions are the same, and for each plan."""
        for version, on in self._middles(side):
            found = baseline_on(side.laboratory, version, on, self.diagnoses)
            if found is None:
                continue
            baseline = self._widened(side, found)
            yield baseline
            for plan in self._plans_apart():
                yield baseline._replace(setting=baseline.setting._replace(plan=plan))

    def _middles(self, side: Side) -> Iterator[tuple[PolicyVersion, date]]:
        """For each span between two changes of versions the one in force, and a day inside."""
        cuts = {LAST_DAY + timedelta(days=1)}
        for version in (one for each in self.sides for one in each.library.versions):
            cuts |= {version.effective_from, version.effective_to or version.effective_from}
        for first, following in pairwise(sorted(cuts)):
            in_force = side.library.policies[0].version_on(first)
            if in_force is not None:
                span = replace(in_force, effective_from=first, effective_to=following)
                yield in_force, day_within(span, side.table)

    def _widened(self, side: Side, baseline: Baseline) -> Baseline:
        """The baseline with one procedure, plan and diagnosis of each class of both libraries."""
        (other,) = (one for one in self.sides if one is not side)
        approved = baseline.after_mri(baseline.setting)
        is_known = approved.procedure in other.library.policies[0].codes_on(approved.on).decided
        kinds: dict[DiagnosisKind, DiagnosisClass] = {}
        for held in self.diagnoses:
            here, there = (
                diagnosis_kind(laboratory, approved, baseline.version, held)
                for laboratory in (side.laboratory, (other if is_known else side).laboratory)
            )
            kinds.setdefault(here._replace(elsewhere=there), held)
        plans = dict.fromkeys((*baseline.plans, *self._plans_apart()))
        return baseline._replace(
            kinds=kinds,
            days=self.days,
            procedures=tuple(dict.fromkeys(members[0] for members in self.procedures.values())),
            plans=tuple(plans),
        )

    def _with_differing_codes(self, library: Library, baseline: Baseline) -> Iterator[Setting]:
        """Histories of imaging and treatment by each code that differs."""
        codes = baseline.codes
        for code in sorted(self.differing_procedures):
            if code in codes.conventional_imaging:
                scans = replace(
                    codes, conventional_imaging={code: codes.conventional_imaging[code]}
                )
                yield from imaging(library, _with_codes(baseline, scans))
            if code in codes.episode_reset:
                resets = replace(codes, episode_reset={code: codes.episode_reset[code]})
                yield from _treated(_with_codes(baseline, resets))

    def _natures(self, code: str) -> tuple[tuple[tuple[CodeRow, ...], Hashable], ...]:
        return tuple(
            (side.table.rows(code), nature_of_diagnosis(eras, code))
            for side, eras in zip(self.sides, self._eras, strict=True)
        )

    @cached_property
    def _eras(self) -> tuple[tuple[CodeSets, ...], ...]:
        """The code sets of each library by the same days, those of either at which one changes."""
        days = sorted(set[date]().union(*(first_days_of_eras(side.library) for side in self.sides)))
        pairs = (
            tuple(side.library.policies[0].codes_on(day) for side in self.sides) for day in days
        )
        different = {tuple(map(id, pair)): pair for pair in pairs}
        return tuple(zip(*different.values(), strict=True))

    def _codes(self) -> list[str]:
        before, after = (side.table for side in self.sides)
        codes = {*before.codes(), *after.codes()}
        return [*sorted(codes), code_not_in(before, after)]

    def _plans_apart(self) -> Iterable[str]:
        """One of each class of plans that differ alike."""
        return dict.fromkeys(members[0] for members in self.differing_plans.values())

    def _kinds(self, plan_id: str) -> tuple[Hashable, ...]:
        plans = (side.library.plans.get(plan_id) for side in self.sides)
        return tuple(None if plan is None else kind_of_plan(plan) for plan in plans)


def _with_codes(baseline: Baseline, codes: CodeSets) -> Baseline:
    return baseline._replace(version=replace(baseline.version, codes=codes))


def _treated(baseline: Baseline) -> Iterator[Setting]:
    """A treatment around a spectroscopy and a PET, whichever came first."""
    base = baseline.setting
    for pet in pets(baseline):
        for asked, rival in ((base.procedure, pet), (pet, base.procedure)):
            setting = baseline.after_mri(base._replace(procedure=asked))
            seen = (*setting.beside, billed(setting, rival, 20, base.diagnoses))
            for variant in treatments(setting, baseline.version, diagnoses_of(baseline), 20):
                yield variant.of(setting._replace(beside=seen))
