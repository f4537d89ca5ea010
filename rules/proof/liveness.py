"""What in a library changes nothing: a row, a code or a parameter without which all stays alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from rules.library_model import Library
from rules.loading.icd10cm import Icd10cmTable
from rules.plans import AuthorityRow
from rules.proof.baseline import Baseline
from rules.proof.code_probes import CodeProbes
from rules.proof.denial_modes import clinically_denied, plans_of_law
from rules.proof.earlier_lines import earlier_line
from rules.proof.imaging import study_of
from rules.proof.probe import Dead, Probe
from rules.proof.situation import Laboratory, Setting


def dead_parts(laboratory: Laboratory, table: Icd10cmTable, baseline: Baseline) -> Iterator[Dead]:
    """Everything without which every probe of it is decided as before, to the word."""
    for probe in probes(laboratory.library, table, baseline):
        without = Laboratory(probe.without)
        decide, decide_without = laboratory.decide, without.decide
        situations = (setting.situation() for setting in probe.settings)
        if all(decide(one) == decide_without(one) for one in situations):
            yield probe.dead


def probes(library: Library, table: Icd10cmTable, baseline: Baseline) -> Iterator[Probe]:
    """One for each row and code that the kernel looks at."""
    yield from CodeProbes(library, table, baseline).all()
    yield from _modifiers(library, baseline)
    yield from _authorities(library, baseline)
    yield from _plans(library, baseline)
    yield from _jurisdictions(library, baseline)


def _modifiers(library: Library, baseline: Baseline) -> Iterator[Probe]:
    """On a spectroscopy, alone and after a whole one, on a PET, on a head CT beside a PET/CT."""
    codes = baseline.codes
    for code in sorted(library.modifiers):
        fewer = {one: said for one, said in library.modifiers.items() if one != code}
        without = replace(library, modifiers=fewer)
        own = []
        for procedure in (*sorted(codes.decided), *sorted(codes.watched)):
            setting = baseline.setting._replace(procedure=procedure, modifiers=(code,))
            own += [baseline.after_mri(setting), setting._replace(beside=(earlier_line(setting),))]
        cts = [ct for ct, scan in codes.conventional_imaging.items() if scan.may_be_attenuation]
        for ct, pet in product(cts, codes.with_own_ct):
            seen = study_of(baseline.setting, ct, 14, "limited", modifiers=(code,))
            beside = (seen, study_of(baseline.setting, pet, 14, "unknown", "S-2"))
            own.append(baseline.setting._replace(beside=beside))
        yield Probe(Dead("code_sets/modifiers.csv", code), without, own)


def _authorities(library: Library, baseline: Baseline) -> Iterator[Probe]:
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
            yield Probe(dead, without, _under(replace(row, **one), library, baseline))


def _under(row: AuthorityRow, library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Lines of which a row may speak."""
    plans = sorted(
        plan.plan_id
        for plan in library.plans.values()
        if plan.line_of_business in row.lines_of_business
    )
    for procedure, plan, on in product(sorted(row.procedures), plans, baseline.days):
        yield baseline.setting._replace(procedure=procedure, plan=plan, on=on)


def _plans(library: Library, baseline: Baseline) -> Iterator[Probe]:
    """Each procedure that a plan excludes."""
    sides = ("excluded_procedures", "medicare_excluded_procedures", "medicaid_excluded_procedures")
    for plan_id, plan in sorted(library.plans.items()):
        for side in sides:
            excluded: frozenset[str] = getattr(plan, side)
            for code in sorted(excluded):
                fewer: dict[str, Any] = {side: excluded - {code}}
                plans = {**library.plans, plan_id: replace(plan, **fewer)}
                setting = baseline.setting._replace(plan=plan_id, procedure=code)
                dead = Dead(f"plans/*.toml of {plan_id}", f"{side}: {code}")
                yield Probe(dead, replace(library, plans=plans), [setting])


def _jurisdictions(library: Library, baseline: Baseline) -> Iterator[Probe]:
    """Each row of law, by a plan that asks for less and for which no other row speaks."""
    for number, row in enumerate(library.jurisdictions):
        rows = [*library.jurisdictions[:number], *library.jurisdictions[number + 1 :]]
        dead = Dead("jurisdictions.csv", f"{row.state} {row.line_of_business} {row.mode}")
        settings = (
            clinically_denied(baseline, plan, max(row.effective_from, baseline.setting.on))
            for plan in plans_of_law(row)
        )
        yield Probe(dead, replace(library, jurisdictions=tuple(rows)), settings)
