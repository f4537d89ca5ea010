"""What in a library changes nothing: a row, a code or a parameter without which all stays alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from rules.library_model import Library
from rules.loading.icd10cm import Icd10cmTable
from rules.plans import AuthorityRow
from rules.proof.baseline import Ground
from rules.proof.earlier_lines import earlier_line
from rules.proof.imaging import study_of
from rules.proof.rivals import billed
from rules.proof.situation import Laboratory, Setting
from rules.proof.space import pets


class Dead(NamedTuple):
    """Something that could be taken out, and nobody would notice."""

    file: str
    what: str


class Probe(NamedTuple):
    """A part of the library, the library without it, and where it should make a difference."""

    dead: Dead
    without: Library
    settings: Iterable[Setting]


def dead_parts(laboratory: Laboratory, table: Icd10cmTable, ground: Ground) -> Iterator[Dead]:
    """Everything without which every probe of it is decided as before, to the word."""
    for probe in probes(laboratory.library, table, ground):
        without = Laboratory(probe.without)
        decide, decide_without = laboratory.decide, without.decide
        situations = (setting.situation() for setting in probe.settings)
        if all(decide(one) == decide_without(one) for one in situations):
            yield probe.dead


def probes(library: Library, table: Icd10cmTable, ground: Ground) -> Iterator[Probe]:
    """One for each row and code that the kernel looks at."""
    yield from _procedures(library, ground)
    yield from _diagnoses(library, table, ground)
    yield from _company(library, ground)
    yield from _modifiers(library, ground)
    yield from _authorities(library, ground)
    yield from _plans(library, ground)


def _procedures(library: Library, ground: Ground) -> Iterator[Probe]:
    setting = ground.setting
    for name in ("mrs", "pet"):
        for code, without in _each_taken_out(library, name):
            yield Probe(_code(name, code), without, [setting._replace(procedure=code)])
    for code, without in _each_taken_out(library, "conventional_imaging"):
        seen = study_of(setting, code, 14, "limited")
        dead = _code("conventional_imaging", code)
        yield Probe(dead, without, [setting._replace(beside=(seen,))])
    for code, without in _each_taken_out(library, "episode_reset"):
        treatment = billed(setting, code, 10, setting.diagnoses, "H-1")
        rivals = (billed(setting, pet, 20, setting.diagnoses) for pet in pets(library, ground))
        after = [ground.after_mri(setting, treatment, rival) for rival in rivals]
        yield Probe(_code("episode_reset", code), without, after)


def _diagnoses(library: Library, table: Icd10cmTable, ground: Ground) -> Iterator[Probe]:
    for code, without in _each_taken_out(library, "indications"):
        settings = _with_diagnosis(code, table, library, ground)
        yield Probe(_code("indications", code), without, settings)
    for letter in sorted(library.symptom_chapters):
        without = replace(library, symptom_chapters=library.symptom_chapters - {letter})
        of_letter = (
            code for code in table.codes() if code[0] == letter and code not in library.indications
        )
        settings = (
            setting
            for code in of_letter
            for setting in _with_diagnosis(code, table, library, ground)
        )
        yield Probe(_code("symptom_chapters", letter), without, settings)


def _with_diagnosis(
    code: str, table: Icd10cmTable, library: Library, ground: Ground
) -> Iterator[Setting]:
    """A line with the diagnosis on the first day of the version on which it is billable, if any."""
    billable = [
        on
        for on in (ground.setting.on, *ground.days)
        if library.version_on(on) is not None and table.validity(code, on) == "billable"
    ]
    for on in billable[:1]:
        yield ground.after_mri(ground.setting._replace(on=on, diagnoses=(code,)))


def _company(library: Library, ground: Ground) -> Iterator[Probe]:
    """Each code beside which another has an indication, on the line and in the history."""
    for number, rule in enumerate(library.company):
        for code in sorted(rule.beside - library.brain_tumour):
            rules = list(library.company)
            rules[number] = replace(rule, beside=rule.beside - {code})
            setting = ground.after_mri(ground.setting._replace(diagnoses=(rule.code, code)))
            dead = Dead("code_sets/company.csv", f"{rule.code} beside {code}")
            yield Probe(dead, replace(library, company=tuple(rules)), [setting])
    for code in sorted(library.brain_tumour):
        rules = [replace(rule, beside=rule.beside - {code}) for rule in library.company]
        without = replace(library, brain_tumour=library.brain_tumour - {code}, company=tuple(rules))
        settings = []
        for rule in library.company:
            setting = ground.after_mri(ground.setting._replace(diagnoses=(rule.code,)))
            before = study_of(setting, ground.scan, 30, "unknown", "S-2")
            seen = before._replace(diagnoses=(code,))
            settings.append(setting._replace(beside=(*setting.beside, seen)))
        yield Probe(_code("brain_tumour", code), without, settings)


def _modifiers(library: Library, ground: Ground) -> Iterator[Probe]:
    """On a spectroscopy, alone and after a whole one, on a PET, on a head CT beside a PET/CT."""
    for code, without in _each_taken_out(library, "modifiers"):
        own = []
        for procedure in (*sorted(library.mrs), *sorted(library.pet)):
            setting = ground.setting._replace(procedure=procedure, modifiers=(code,))
            own += [ground.after_mri(setting), setting._replace(beside=(earlier_line(setting),))]
        cts = [ct for ct, held in library.conventional_imaging.items() if held.may_be_attenuation]
        with_ct = [pet for pet, held in library.pet.items() if held.has_own_ct]
        for ct, pet in product(cts, with_ct):
            seen = study_of(ground.setting, ct, 14, "limited", modifiers=(code,))
            beside = (seen, study_of(ground.setting, pet, 14, "unknown", "S-2"))
            own.append(ground.setting._replace(beside=beside))
        yield Probe(_code("modifiers", code), without, own)


def _authorities(library: Library, ground: Ground) -> Iterator[Probe]:
    """Each procedure and each line of business of each row, on each kind of day."""
    for number, row in enumerate(library.authorities):
        for column, value in (
            *(("procedures", procedure) for procedure in sorted(row.procedures)),
            *(("lines_of_business", business) for business in sorted(row.lines_of_business)),
        ):
            cells: frozenset[str] = getattr(row, column)
            rows = list(library.authorities)
            fewer: dict[str, Any] = {column: cells - {value}}
            one: dict[str, Any] = {column: frozenset({value})}
            rows[number] = replace(row, **fewer)
            dead = Dead("authorities.csv", f"{row.authority} {row.reference}, {column}: {value}")
            without = replace(library, authorities=tuple(rows))
            yield Probe(dead, without, _under(replace(row, **one), library, ground))


def _under(row: AuthorityRow, library: Library, ground: Ground) -> Iterator[Setting]:
    """Lines of which a row may speak."""
    plans = sorted(
        plan.plan_id
        for plan in library.plans.values()
        if plan.line_of_business in row.lines_of_business
    )
    for procedure, plan, on in product(sorted(row.procedures), plans, ground.days):
        yield ground.setting._replace(procedure=procedure, plan=plan, on=on)


def _plans(library: Library, ground: Ground) -> Iterator[Probe]:
    """Each procedure that a plan excludes."""
    sides = ("excluded_procedures", "medicare_excluded_procedures", "medicaid_excluded_procedures")
    for plan_id, plan in sorted(library.plans.items()):
        for side in sides:
            excluded: frozenset[str] = getattr(plan, side)
            for code in sorted(excluded):
                fewer: dict[str, Any] = {side: excluded - {code}}
                plans = {**library.plans, plan_id: replace(plan, **fewer)}
                setting = ground.setting._replace(plan=plan_id, procedure=code)
                dead = Dead(f"plans/*.toml of {plan_id}", f"{side}: {code}")
                yield Probe(dead, replace(library, plans=plans), [setting])


def _each_taken_out(library: Library, name: str) -> Iterator[tuple[str, Library]]:
    """Each code of a set, with the library that lacks it."""
    codes: Mapping[str, Any] = getattr(library, name)
    for code in sorted(codes):
        fewer: dict[str, Any] = {name: {one: codes[one] for one in codes if one != code}}
        yield code, replace(library, **fewer)


def _code(name: str, code: str) -> Dead:
    return Dead(f"code_sets/{name}.csv", code)
