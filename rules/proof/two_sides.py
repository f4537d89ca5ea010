"""Two libraries side by side: what they say differently, and every situation to compare them in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from rules.determination import Service
from rules.library_model import Library, PolicyVersion
from rules.loading.icd10cm import CodeRow, Icd10cmTable
from rules.proof.baseline import Ground, Kind, day_within, diagnoses_of, ground_on, kind_of
from rules.proof.classes import (
    LAST_DAY,
    DiagnosisClass,
    classes_of_procedures,
    code_not_in,
    grouped,
    kind_of_plan,
    nature_of_diagnosis,
    nature_of_procedure,
    sets_of_procedure,
    spans_of_dates,
)
from rules.proof.liveness import probes
from rules.proof.rivals import billed, treatments
from rules.proof.situation import Laboratory, Setting
from rules.proof.space import imaging, parts, pets

_OTHER_TECHNIQUE: Mapping[Service, Service] = {"mrs": "pet", "pet": "mrs"}


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
            (tuple(nature_of_procedure(side.library, code) for side in self.sides), code)
            for code in sorted(named)
        )
        return {code: members for members in classes.values() for code in members}

    @cached_property
    def differing_procedures(self) -> frozenset[str]:
        """Those that stand in other code sets, or as something else in them."""
        return frozenset(
            code
            for code in self.procedures
            if len({sets_of_procedure(side.library, code) for side in self.sides}) > 1
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
            for ground in self._grounds(side):
                for part in parts(side.library, ground, self.diagnoses):
                    yield from (one for one in part.settings if not one.rows)
                for probe in probes(side.library, side.table, ground):
                    yield from probe.settings
                yield from self._with_differing_codes(side.library, ground)

    @cached_property
    def first_grounds(self) -> tuple[tuple[Side, Ground], ...]:
        """The first ground of each library that has any."""
        return tuple(
            (side, ground) for side in self.sides for ground in islice(self._grounds(side), 1)
        )

    def service_of(self, procedure: str) -> Service:
        """What a procedure is to the first library that says something of it."""
        before, after = (side.library.service_of(procedure) for side in self.sides)
        return after if before == "other" else before

    def rivals_of(self, service: Service) -> list[str]:
        """One procedure of each class of the other technique, of either library."""
        return [
            code
            for code in dict.fromkeys(members[0] for members in self.procedures.values())
            if _OTHER_TECHNIQUE.get(service)
            in {side.library.service_of(code) for side in self.sides}
        ]

    def _grounds(self, side: Side) -> Iterator[Ground]:
        """One on every span of dates in which the versions are the same, and for each plan."""
        for version, on in self._middles(side):
            found = ground_on(side.laboratory, version, on, self.diagnoses)
            if found is None:
                continue
            ground = self._widened(side, found)
            yield ground
            for plan in self._plans_apart():
                yield ground._replace(setting=ground.setting._replace(plan=plan))

    def _middles(self, side: Side) -> Iterator[tuple[PolicyVersion, date]]:
        """For each span between two changes of versions the one in force, and a day inside."""
        cuts = {LAST_DAY + timedelta(days=1)}
        for version in (one for each in self.sides for one in each.library.versions):
            cuts |= {version.effective_from, version.effective_to or version.effective_from}
        for first, following in pairwise(sorted(cuts)):
            in_force = side.library.version_on(first)
            if in_force is not None:
                span = replace(in_force, effective_from=first, effective_to=following)
                yield in_force, day_within(span, side.table)

    def _widened(self, side: Side, ground: Ground) -> Ground:
        """The ground with one procedure, plan and diagnosis of each class of both libraries."""
        (other,) = (one for one in self.sides if one is not side)
        approved = ground.after_mri(ground.setting)
        is_known = approved.procedure in other.library.mrs
        kinds: dict[Kind, DiagnosisClass] = {}
        for held in self.diagnoses:
            here, there = (
                kind_of(laboratory, approved, ground.version, held)
                for laboratory in (side.laboratory, (other if is_known else side).laboratory)
            )
            kinds.setdefault(here._replace(elsewhere=there), held)
        plans = dict.fromkeys((*ground.plans, *self._plans_apart()))
        return ground._replace(
            kinds=kinds,
            days=self.days,
            procedures=tuple(dict.fromkeys(members[0] for members in self.procedures.values())),
            plans=tuple(plans),
        )

    def _with_differing_codes(self, library: Library, ground: Ground) -> Iterator[Setting]:
        """Histories of imaging and treatment by each code that differs."""
        for code in sorted(self.differing_procedures):
            if code in library.conventional_imaging:
                held = {code: library.conventional_imaging[code]}
                yield from imaging(replace(library, conventional_imaging=held), ground)
            if code in library.episode_reset:
                kind = {code: library.episode_reset[code]}
                yield from _treated(replace(library, episode_reset=kind), ground)

    def _natures(self, code: str) -> tuple[tuple[tuple[CodeRow, ...], Hashable], ...]:
        return tuple(
            (side.table.rows(code), nature_of_diagnosis(side.library, code)) for side in self.sides
        )

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


def _treated(library: Library, ground: Ground) -> Iterator[Setting]:
    """A treatment around a spectroscopy and a PET, whichever came first."""
    base = ground.setting
    for pet in pets(library, ground):
        for asked, rival in ((base.procedure, pet), (pet, base.procedure)):
            setting = ground.after_mri(base._replace(procedure=asked))
            seen = (*setting.beside, billed(setting, rival, 20, base.diagnoses))
            for variant in treatments(setting, library, diagnoses_of(ground), 20):
                yield variant.of(setting._replace(beside=seen))
