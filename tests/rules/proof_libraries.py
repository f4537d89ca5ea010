"""Small libraries to prove: few codes and plans, so that their whole space is gone through fast."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cache
from typing import Any

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.loading.faults import Faults
from rules.loading.files import (
    SHIPPED,
    load_library,
    read_changes,
    read_policy,
    read_remittance,
)
from rules.loading.folder import read_folder
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.sources import read_sources
from rules.proof.baseline import Baseline, baselines
from rules.proof.check import OpenLibrary, Proof
from rules.proof.classes import classes_of_diagnoses
from rules.proof.situation import Laboratory
from tests.support.libraries import with_versions

TUMOUR, METASTASIS, ABSCESS, PROSTATE = "C71.1", "C79.31", "G06.0", "C61"
CODES = (
    "C61,billable,,",
    "C71,heading,,",
    "C71.1,billable,,",
    "C79.31,billable,,",
    "G06.0,billable,,",
    "I67.89,billable,,",
)
PLANS = ("sample-commercial", "sample-medicare", "sample-no-mrs")
PROCEDURES = {
    "decided": {"76390"},
    "watched": {"78608"},
    "conventional_imaging": {"70553"},
    "episode_reset": {"61510"},
    "indications": {"C71.1", "C79.31", "G06.0", "I67.89"},
}
MODIFIERS = ("26", "TC", "50", "53")
SETS = {field.name for field in dataclass_fields(CodeSets)}


@cache
def shipped_open() -> OpenLibrary:
    sources = read_sources(read_folder(SHIPPED, None, Faults()))
    library = load_library(SHIPPED)
    table = library.icd10cm
    assert isinstance(table, Icd10cmTable)
    documents, remittance = read_policy(SHIPPED), read_remittance(SHIPPED)
    return OpenLibrary(library, table, documents, remittance, sources, read_changes(SHIPPED))


def table_of(*rows: str) -> Icd10cmTable:
    """A diagnosis table of these rows that knows the days of the shipped one."""
    shipped = shipped_open().table
    return Icd10cmTable(sorted(rows), shipped.knows_from, shipped.knows_to)


def small(*rows: str, **fields: Any) -> OpenLibrary:
    """The shipped library with no more than its most needed codes, and fields set otherwise."""
    opened = shipped_open()
    table = table_of(*CODES, *rows)
    of_codes = {name: fields.pop(name) for name in SETS & fields.keys()}
    library: Library = with_versions(
        opened.library,
        tuple(
            replace(version, codes=replace(_fewer(version.codes), **of_codes))
            for version in opened.library.versions
        ),
        modifiers={code: opened.library.modifiers[code] for code in MODIFIERS},
        plans={name: opened.library.plans[name] for name in PLANS},
        authorities=opened.library.authorities[:1],
        icd10cm=table,
    )
    versions = fields.pop("versions", library.versions)
    return opened._replace(library=with_versions(library, versions, **fields), table=table)


def _fewer(codes: CodeSets) -> CodeSets:
    tumours = frozenset({TUMOUR, METASTASIS})
    fewer: dict[str, Any] = {
        name: {code: held for code, held in getattr(codes, name).items() if code in kept}
        for name, kept in PROCEDURES.items()
    }
    rules = [rule for rule in codes.company if rule.code == "I67.89"]
    company = tuple(replace(rule, beside=tumours) for rule in rules)
    return replace(codes, **fewer, brain_tumour=tumours, company=company)


def baselines_of(opened: OpenLibrary) -> list[Baseline]:
    """The baseline of each version."""
    classes = classes_of_diagnoses(opened.library, opened.table)
    return list(baselines(Laboratory(opened.library), opened.table, classes))


def baseline_of(opened: OpenLibrary) -> Baseline:
    """The baseline of the only version."""
    (found,) = baselines_of(opened)
    return found


def faults(check: Proof) -> list[str]:
    """The words of a check's faults."""
    return [fault.what for fault in check.faults]
