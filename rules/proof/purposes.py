"""Questions of a spectroscopy held against the answers of a PET, by purpose and by support."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, product

from rules.code_sets import CodeSets
from rules.facts import Report
from rules.proof.baseline import Baseline
from rules.proof.classes import DiagnosisClass, codes_on
from rules.proof.rivals import billed
from rules.proof.situation import Setting
from rules.proof.space import pets


def questions(baseline: Baseline, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """A spectroscopy of each class after a PET of each class, in each class of PET."""
    codes = codes_on(baseline.setting.on, classes)
    for pet, one, other in product(pets(baseline), codes, codes):
        rival = Report("T-1", pet, (), baseline.setting.day(-10), "paid", "conclusive", (other,))
        yield baseline.after_mri(baseline.setting._replace(diagnoses=(one,)), rival)


def one_question(baseline: Baseline, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """A spectroscopy of each class by itself, and after a PET of the same class."""
    for held in classes:
        codes = (held.representative,)
        setting = baseline.after_mri(baseline.setting._replace(diagnoses=codes))
        yield setting
        for pet in pets(baseline):
            yield setting._replace(beside=(*setting.beside, billed(setting, pet, 10, codes)))


def several_questions(baseline: Baseline, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """One or two questions asked, and one or two diagnoses of any kind on each class of PET."""
    codes = _of_each_group(baseline.codes, classes)
    questions = [code for code in codes if _is_firm(code, baseline.codes)]
    for pet, asked, answered in product(pets(baseline), _sets_of(questions), _sets_of(codes)):
        rival = Report("T-1", pet, (), baseline.setting.day(-10), "paid", "conclusive", answered)
        yield baseline.after_mri(baseline.setting._replace(diagnoses=asked), rival)


def _sets_of(codes: Sequence[str]) -> list[tuple[str, ...]]:
    return [*((code,) for code in codes), *combinations(codes, 2)]


def _is_firm(code: str, codes: CodeSets) -> bool:
    known = codes.indications.get(code)
    return known is not None and bool(known.indications) and known.support != "suggested"


def _of_each_group(codes: CodeSets, classes: Sequence[DiagnosisClass]) -> list[str]:
    """One code of each group of purposes, firm and weak, and of each kind that has none."""
    found: dict[Hashable, str] = {}
    for held in classes:
        code = held.representative
        known = codes.indications.get(code)
        if known is not None:
            groups = {codes.indication_names[number].group for number in known.indications}
            if len(groups) == 1:
                found.setdefault((groups.pop(), _is_firm(code, codes)), code)
        elif held.rows:
            is_symptom = code[0] in codes.symptom_chapters
            found.setdefault((code in codes.unrelated, is_symptom), code)
    return list(found.values())
