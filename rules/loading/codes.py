"""The code sets of a library, apart from the ICD-10-CM table."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, NamedTuple, get_args

from rules.code_sets import (
    Company,
    ConventionalCode,
    IndicationName,
    Indications,
    ModifierMeaning,
    MrsCode,
    PetClass,
    PetCode,
    ResetKind,
    Support,
)
from rules.loading.folder import LibraryFiles
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.tables import DIAGNOSIS, PROCEDURE, Row, read_table

IndicationGroup = Literal["tumour", "metabolic", "infection", "seizure"]

_GROUPS: tuple[IndicationGroup, ...] = get_args(IndicationGroup)
_MEANINGS: tuple[ModifierMeaning, ...] = get_args(ModifierMeaning)
_PET_CLASSES: tuple[PetClass, ...] = get_args(PetClass)
_RESETS: tuple[ResetKind, ...] = get_args(ResetKind)
_SUPPORTS: tuple[Support, ...] = get_args(Support)
_LETTER = re.compile(r"[A-Z]")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_NUMBER = re.compile(r"[1-9]")
_TUMOURS = "brain_tumour"


class CodeSets(NamedTuple):
    """Every code set as the criteria see it."""

    mrs: dict[str, MrsCode]
    pet: dict[str, PetCode]
    conventional_imaging: dict[str, ConventionalCode]
    episode_reset: dict[str, ResetKind]
    modifiers: dict[str, ModifierMeaning]
    indications: dict[str, Indications]
    brain_tumour: frozenset[str]
    company: tuple[Company, ...]
    indication_names: dict[int, IndicationName]
    symptom_chapters: frozenset[str]


def read_code_sets(files: LibraryFiles, table: Icd10cmTable) -> CodeSets:
    """All of them, each diagnosis held against the table; what is wrong is noted as faults."""
    procedures: dict[str, str] = {}
    names = _indication_names(files)
    tumours = _brain_tumour(files, table)
    return CodeSets(
        mrs={
            code: MrsCode(
                investigational=row.yes_no("investigational"),
                has_components=row.yes_no("has_components"),
            )
            for code, row in _procedures(
                files, "mrs", procedures, "investigational", "has_components", "label"
            )
        },
        pet=_pet(files, procedures),
        conventional_imaging={
            code: ConventionalCode(may_be_attenuation=row.yes_no("may_be_attenuation"))
            for code, row in _procedures(
                files, "conventional_imaging", procedures, "may_be_attenuation", "label"
            )
        },
        episode_reset={
            code: row.choice("kind", _RESETS)
            for code, row in _procedures(files, "episode_reset", procedures, "kind")
        },
        modifiers=_modifiers(files),
        indications=_indications(files, names, table),
        brain_tumour=tumours,
        company=_company(files, names, tumours, table),
        indication_names=names,
        symptom_chapters=_symptom_chapters(files),
    )


def _pet(files: LibraryFiles, procedures: dict[str, str]) -> dict[str, PetCode]:
    return {
        code: PetCode(
            pet_class=row.choice("pet_class", _PET_CLASSES), has_own_ct=row.yes_no("has_own_ct")
        )
        for code, row in _procedures(files, "pet", procedures, "pet_class", "has_own_ct", "label")
    }


def _rows(files: LibraryFiles, name: str, *columns: str) -> list[Row]:
    """The rows of a code set; its first column is its key."""
    return read_table(files, f"code_sets/{name}.csv", columns, columns[0])


def _procedures(
    files: LibraryFiles, name: str, known: dict[str, str], *columns: str
) -> list[tuple[str, Row]]:
    """A set of procedures; `known` has those of the sets read before, and no code is in two."""
    rows = _rows(files, name, "code", *columns, "valid_from", "valid_to", "source")
    found: list[tuple[str, Row]] = []
    for row in rows:
        code = row.code("code", PROCEDURE)
        if known.setdefault(code, name) != name:
            row.fault(f"is in {known[code]}.csv too", "A procedure belongs to one set: choose.")
        row.span("valid_from", "valid_to")
        for column in ("label", "source"):
            if column in columns or column == "source":
                row.text(column)
        found.append((code, row))
    return found


def _modifiers(files: LibraryFiles) -> dict[str, ModifierMeaning]:
    rows = _rows(files, "modifiers", "modifier", "meaning", "label", "source")
    return {
        row.code("modifier", _MODIFIER): row.choice("meaning", _MEANINGS)
        for row in rows
        if row.text("label") and row.text("source")
    }


def _symptom_chapters(files: LibraryFiles) -> frozenset[str]:
    rows = _rows(files, "symptom_chapters", "letter", "label", "source")
    return frozenset(
        row.code("letter", _LETTER) for row in rows if row.text("label") and row.text("source")
    )


def _indication_names(files: LibraryFiles) -> dict[int, IndicationName]:
    rows = _rows(files, "indication_names", "indication", "section", "group", "label", "source")
    return {
        int(number): IndicationName(
            section=row.text("section"),
            group=row.choice("group", _GROUPS),
            label=row.text("label"),
        )
        for row in rows
        if (number := row.code("indication", _NUMBER)).isdigit() and row.text("source")
    }


def _indications(
    files: LibraryFiles, names: Collection[int], table: Icd10cmTable
) -> dict[str, Indications]:
    found: dict[str, Indications] = {}
    for row in _rows(files, "indications", "code", "indications", "support"):
        numbers = row.codes("indications")
        support = row.choice("support", _SUPPORTS)
        if not numbers and support != "listed":
            row.fault(f"is {support} and names no indication", "Name one, or take the row out.")
        found[_diagnosis(row, row.code("code", DIAGNOSIS), table)] = Indications(
            indications=frozenset(_indication(row, number, names) for number in numbers),
            support=support,
        )
    return found


def _brain_tumour(files: LibraryFiles, table: Icd10cmTable) -> frozenset[str]:
    return frozenset(
        _diagnosis(row, row.code("code", DIAGNOSIS), table)
        for row in _rows(files, _TUMOURS, "code", "source")
        if row.text("source")
    )


def _company(
    files: LibraryFiles, names: Collection[int], tumours: frozenset[str], table: Icd10cmTable
) -> tuple[Company, ...]:
    columns = ("code", "indication", "beside", "in_history", "section", "source")
    found: list[Company] = []
    for row in _rows(files, "company", *columns):
        beside = row.codes("beside")
        named = {_diagnosis(row, code, table) for code in beside if code != _TUMOURS}
        company = Company(
            code=_diagnosis(row, row.code("code", DIAGNOSIS), table),
            indication=_indication(row, row.text("indication"), names),
            beside=frozenset(named) | (tumours if _TUMOURS in beside else frozenset()),
            in_history=row.yes_no("in_history"),
        )
        if company.in_history and beside != (_TUMOURS,):
            row.fault("looks for others in the history", f"Only {_TUMOURS} is looked for there.")
        row.text("section")
        row.text("source")
        found.append(company)
    return tuple(found)


def _diagnosis(row: Row, code: str, table: Icd10cmTable) -> str:
    """A code that has been billable at some time."""
    if not table.is_empty and not any(held.is_billable for held in table.rows(code)):
        row.fault(f"{code} is no billable code of icd10cm.csv", "Write the code in full.")
    return code


def _indication(row: Row, number: str, names: Collection[int]) -> int:
    if number.isdigit() and int(number) in names:
        return int(number)
    known = ", ".join(str(name) for name in sorted(names))
    row.fault(f"names indication {number!r}", f"Write one of: {known}.")
    return 0
