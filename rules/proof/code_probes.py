"""Each code of a version's own sets taken out once, and where that should make a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.loading.families import DiagnosisFamily
from rules.loading.icd10cm import Icd10cmTable
from rules.policy_version import PolicyVersion
from rules.proof.baseline import Baseline
from rules.proof.imaging import study_of
from rules.proof.probe import Dead, Probe
from rules.proof.rivals import billed
from rules.proof.situation import Setting
from rules.proof.space import pets


class CodeProbes:
    """The probes of the code sets of a baseline's version."""

    def __init__(self, library: Library, table: Icd10cmTable, baseline: Baseline) -> None:
        self._library = library
        self._table = table
        self._baseline = baseline
        self._version = baseline.version

    def all(self) -> Iterator[Probe]:
        """One for each code, heading and letter."""
        yield from self._procedures()
        yield from self._indications()
        yield from self._unrelated()
        yield from self._chapters()
        yield from self._company()

    def _procedures(self) -> Iterator[Probe]:
        baseline = self._baseline
        for name in ("decided", "watched"):
            for code in sorted(getattr(baseline.codes, name)):
                setting = self._setting(name, code)
                yield self._probe(name, code, [setting._replace(procedure=code)])
        for code in sorted(baseline.codes.conventional_imaging):
            setting = self._setting("conventional_imaging", code)
            seen = study_of(setting, code, 14, "limited")
            yield self._probe("conventional_imaging", code, [setting._replace(beside=(seen,))])
        for code in sorted(baseline.codes.episode_reset):
            setting = self._setting("episode_reset", code)
            treatment = billed(setting, code, 10, setting.diagnoses, "H-1")
            rivals = (billed(setting, pet, 20, setting.diagnoses) for pet in pets(baseline))
            after = [baseline.after_mri(setting, treatment, rival) for rival in rivals]
            yield self._probe("episode_reset", code, after)

    def _indications(self) -> Iterator[Probe]:
        for code in sorted(self._baseline.codes.indications):
            yield self._probe("indications", code, self._with_diagnosis(code))

    def _unrelated(self) -> Iterator[Probe]:
        """
        Each entry by the codes that it speaks of.

        Not an exception that the loader asks for, nor a heading that its exceptions leave nothing.
        """
        family = self._baseline.codes.unrelated
        if not isinstance(family, DiagnosisFamily):
            return
        under = _codes_by_entry(family, self._table)
        indications = self._baseline.codes.indications
        for entry, takes_out in sorted(family.entries.items()):
            codes = under.get(entry, ())
            if not codes or (takes_out and any(code in indications for code in codes)):
                continue
            others = {one: out for one, out in family.entries.items() if one != entry}
            fewer = DiagnosisFamily(others, self._table)
            without = self._without(lambda codes, fewer=fewer: replace(codes, unrelated=fewer))  # type: ignore[misc]  # bound at once
            settings = (setting for code in codes for setting in self._with_diagnosis(code))
            yield Probe(self._dead("unrelated", entry), without, settings)

    def _chapters(self) -> Iterator[Probe]:
        codes = self._baseline.codes
        for letter in sorted(codes.symptom_chapters):
            known = (
                code
                for code in self._table.codes()
                if code[0] == letter and code not in codes.indications
            )
            settings = [setting for code in known for setting in self._with_diagnosis(code)]
            without = self._without(
                lambda codes, letter=letter: replace(  # type: ignore[misc]  # bound at once
                    codes,
                    symptom_chapters=codes.symptom_chapters - {letter},
                    circumstances=codes.circumstances - {letter},
                )
            )
            yield Probe(self._dead("symptom_chapters", letter), without, settings)

    def _company(self) -> Iterator[Probe]:
        """Each code beside which another has an indication, on the line and in the history."""
        baseline, codes = self._baseline, self._baseline.codes
        for rule in codes.company:
            for code in sorted(rule.beside - codes.brain_tumour):
                setting = baseline.after_mri(baseline.setting._replace(diagnoses=(rule.code, code)))
                without = self._without(_without_company(code, rule.code))
                dead = self._dead("company", f"{rule.code} beside {code}")
                yield Probe(dead, without, [setting])
        for code in sorted(codes.brain_tumour):
            settings = []
            for rule in codes.company:
                setting = baseline.after_mri(baseline.setting._replace(diagnoses=(rule.code,)))
                seen = study_of(setting, baseline.scan, 30, "unknown", "S-2", diagnoses=(code,))
                settings.append(setting._replace(beside=(*setting.beside, seen)))
            yield Probe(
                self._dead("brain_tumour", code), self._without(_without_tumour(code)), settings
            )

    def _probe(self, name: str, code: str, settings: Iterator[Setting] | list[Setting]) -> Probe:
        """The code taken out of one set."""
        return Probe(self._dead(name, code), self._without(_without_code(name, code)), settings)

    def _without(self, change: Callable[[CodeSets], CodeSets]) -> Library:
        return with_codes(self._library, self._version, change)

    def _dead(self, name: str, code: str) -> Dead:
        """`name`: of the set, or what the set of its two services is here."""
        services = {"decided": self._version.service, "watched": self._version.watched_service}
        folder = f"policies/{self._library.policies[0].policy_id}/{self._version.version}"
        return Dead(f"{folder}/code_sets/{services.get(name, name)}.csv", code)

    def _setting(self, name: str, code: str) -> Setting:
        """The baseline's line on a day of the version on which the procedure is in its set."""
        setting = self._baseline.setting
        for on in self._days():
            if code in getattr(self._version.codes_on(on), name):
                return setting._replace(on=on)
        return setting

    def _with_diagnosis(self, code: str) -> Iterator[Setting]:
        """A line with the diagnosis on the first day on which it is billable, if there is any."""
        baseline = self._baseline
        for on in self._days():
            if self._table.validity(code, on) == "billable":
                yield baseline.after_mri(baseline.setting._replace(on=on, diagnoses=(code,)))
                return

    def _days(self) -> Iterator[date]:
        """Days of the version, the baseline's own first."""
        for on in (self._baseline.setting.on, *self._baseline.days):
            if self._library.policies[0].version_on(on) is self._version:
                yield on


def with_codes(
    library: Library, version: PolicyVersion, change: Callable[[CodeSets], CodeSets]
) -> Library:
    """The library with the code sets of one version changed, on each kind of day."""
    changed = replace(
        version,
        codes=change(version.codes),
        codes_from=tuple((day, change(codes)) for day, codes in version.codes_from),
    )
    return library.with_versions(lambda one: changed if one is version else one)


def _codes_by_entry(family: DiagnosisFamily, table: Icd10cmTable) -> Mapping[str, Sequence[str]]:
    """The codes that were ever billable, by the entry that speaks of them."""
    found: dict[str, list[str]] = {}
    for code in table.codes():
        entry = family.entry_of(code)
        if entry is not None and any(row.is_billable for row in table.rows(code)):
            found.setdefault(entry, []).append(code)
    return found


def _without_code(name: str, code: str) -> Callable[[CodeSets], CodeSets]:
    def change(codes: CodeSets) -> CodeSets:
        held: Mapping[str, Any] = getattr(codes, name)
        fewer: dict[str, Any] = {name: {one: held[one] for one in held if one != code}}
        return replace(codes, **fewer)

    return change


def _without_company(code: str, of: str) -> Callable[[CodeSets], CodeSets]:
    def change(codes: CodeSets) -> CodeSets:
        rules = (
            replace(rule, beside=rule.beside - {code}) if rule.code == of else rule
            for rule in codes.company
        )
        return replace(codes, company=tuple(rules))

    return change


def _without_tumour(code: str) -> Callable[[CodeSets], CodeSets]:
    def change(codes: CodeSets) -> CodeSets:
        rules = (replace(rule, beside=rule.beside - {code}) for rule in codes.company)
        return replace(codes, brain_tumour=codes.brain_tumour - {code}, company=tuple(rules))

    return change
