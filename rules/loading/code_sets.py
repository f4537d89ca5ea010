"""The code sets of a policy version, as the criteria look codes up in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from rules.code_sets import CodeSets
from rules.loading.diagnosis_sets import DiagnosisSets, read_diagnosis_sets
from rules.loading.folder import LibraryFiles
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.procedure_sets import (
    ProcedureSets,
    meanings,
    read_named_set,
    read_procedure_sets,
)
from rules.loading.version_files import USUAL_SETS, code_sets_of, services_in


class VersionCodes(NamedTuple):
    """The code sets of a version, in full and as they are from each day on which one changes."""

    whole: CodeSets
    from_days: tuple[tuple[date, CodeSets], ...]
    """In order, the first from the beginning of time; empty if no procedure has a date."""


def read_version_codes(files: LibraryFiles, folder: str, table: Icd10cmTable) -> VersionCodes:
    """Reads all sets of the version in a folder; problems are recorded as faults."""
    service, watched = services_in(files.content(f"{folder}/policy.toml"))
    procedures = read_procedure_sets(files, folder, service, watched)
    own = {service, watched, *USUAL_SETS}
    named = {
        name: read_named_set(files, folder, name)
        for name in sorted(code_sets_of(files.content(f"{folder}/policy.toml")) or ())
        if name not in own
    }
    diagnoses = read_diagnosis_sets(files, folder, table)
    turns = procedures.turns()
    days = (date.min, *turns) if turns else ()
    return VersionCodes(
        _code_sets(procedures, diagnoses, named, None),
        tuple((day, _code_sets(procedures, diagnoses, named, day)) for day in days),
    )


def _code_sets(
    procedures: ProcedureSets,
    diagnoses: DiagnosisSets,
    named: Mapping[str, frozenset[str]],
    on: date | None,
) -> CodeSets:
    """Returns the sets as they are on a day; without a day, with every procedure."""
    return CodeSets(
        decided=procedures.decided,
        watched=meanings(procedures.watched, on),
        conventional_imaging=meanings(procedures.conventional_imaging, on),
        episode_reset=meanings(procedures.episode_reset, on),
        named=named,
        **diagnoses._asdict(),
    )
