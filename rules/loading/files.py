"""Reads and checks the rule library in a folder as a whole, or refuses it as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rules.code_sets import ModifierMeaning
from rules.library_model import Library
from rules.loading.authorities import read_authorities
from rules.loading.changes import read_change_log
from rules.loading.code_sets import VersionCodes, read_version_codes
from rules.loading.copy import write_copy
from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles, read_folder
from rules.loading.icd10cm import FILE as ICD10CM
from rules.loading.icd10cm import Icd10cmTable, read_icd10cm
from rules.loading.jurisdictions import read_jurisdictions
from rules.loading.modifiers import read_modifiers
from rules.loading.payers import read_payers
from rules.loading.plan_policies import check_policies_of_plans
from rules.loading.plans import read_plans
from rules.loading.policy import check_versions, read_document, version_of
from rules.loading.reasons import (
    all_needs,
    check_needs,
    read_needs,
    read_own_needs,
    read_own_reasons,
    read_reasons,
)
from rules.loading.remittance import Remittance, read_remittance_tables
from rules.loading.sources import read_sources, span_of
from rules.loading.version_checks import check_against_tables
from rules.plans import AuthorityRow, JurisdictionRow, Plan
from rules.policy.change_log import ChangeLog
from rules.policy.document import PolicyDocument
from rules.policy_version import Policy
from rules.reasons import Reason

SHIPPED = Path(__file__).parents[1] / "library"
"""The library that comes with the project."""


def load_library(folder: Path, plans: Path | None = None) -> Library:
    """
    Loads the library in a folder, with `plans` replacing its own plans.

    Raises `LibraryRefused` with every fault.
    """
    return _library(read_folder(folder, plans, Faults()), folder)


def load_changed(folder: Path, contents: Mapping[str, bytes]) -> Library:
    """
    Loads the library in a folder as if some files had different contents.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _library(read_folder(folder, None, Faults()).replaced(contents), folder)


def read_policy(folder: Path) -> tuple[PolicyDocument, ...]:
    """
    Reads the versions of the policy as people read them, in order of their first days.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _parts(read_folder(folder, None, Faults()), folder).documents


def read_remittance(folder: Path) -> Remittance:
    """
    Reads the published remittance codes that the library's reasons are checked against.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _parts(read_folder(folder, None, Faults()), folder).remittance


def read_changes(folder: Path) -> ChangeLog:
    """
    Reads the change log of a library.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _parts(read_folder(folder, None, Faults()), folder).change_log


def derive_library(
    source: Path,
    target: Path,
    parameters: Mapping[str, object],
    authorities: Sequence[Mapping[str, object]],
    policy: str = "*",
) -> None:
    """
    Writes a copy of a library with changed parameters and added authority rows.

    `target` must be new or empty. Parameters are changed in one policy, or in each that has them.
    An authority row has the columns of the table by name; several
    procedures or lines of business are a list. Raises `LibraryRefused` if a parameter or column is
    unknown, or if the copy does not load.
    """
    faults = Faults()
    write_copy(source, target, parameters, authorities, faults, policy)
    faults.refuse_if_any(source)
    load_library(target)


def _library(files: LibraryFiles, folder: Path) -> Library:
    parts = _parts(files, folder)
    return Library(
        generation=parts.change_log.generation,
        digest=files.digest(),
        policies=tuple(_policies(parts)),
        authorities=parts.authorities,
        reasons={code: held for each in parts.versions for code, held in each.reasons.items()}
        | parts.reasons,
        needs=parts.needs,
        plans=parts.plans,
        modifiers=parts.modifiers,
        jurisdictions=parts.jurisdictions,
        icd10cm=parts.icd10cm,
        remittance=parts.remittance,
    )


def _policies(parts: _Parts) -> Iterator[Policy]:
    """The policies in the order of their ids, each with its versions in order."""
    for policy_id in sorted({held.document.policy_id for held in parts.versions}):
        held = [held for held in parts.versions if held.document.policy_id == policy_id]
        reasons = {**parts.reasons}
        for version in held:
            reasons |= version.reasons
        versions = tuple(version_of(each.document, each.codes, reasons) for each in held)
        own = {code: words for each in held for code, words in each.needs.items()}
        needs = all_needs(parts.needs, own) if own else {}
        yield Policy(policy_id=policy_id, versions=versions, reasons=reasons, needs=needs)


class _Version(NamedTuple):
    """The contents of one version's folder."""

    document: PolicyDocument
    codes: VersionCodes
    reasons: Mapping[str, Reason] = {}
    """Its own."""
    needs: Mapping[str, str] = {}
    """Its own words for what it asks for."""


class _Parts(NamedTuple):
    """The contents of all files."""

    change_log: ChangeLog
    versions: tuple[_Version, ...]
    """In order of their first days."""
    authorities: tuple[AuthorityRow, ...]
    jurisdictions: tuple[JurisdictionRow, ...]
    reasons: dict[str, Reason]
    needs: dict[str, str]
    remittance: Remittance
    plans: dict[str, Plan]
    modifiers: dict[str, ModifierMeaning]
    icd10cm: Icd10cmTable

    @property
    def documents(self) -> tuple[PolicyDocument, ...]:
        return tuple(held.document for held in self.versions)


def _parts(files: LibraryFiles, folder: Path) -> _Parts:
    """Reads each file on its own first, so that checks between files never see damaged ones."""
    known, until = span_of(read_sources(files), ICD10CM, files)
    table = read_icd10cm(files, known, until)
    versions = _versions(files, table)
    remittance = read_remittance_tables(files)
    jurisdictions = read_jurisdictions(files)
    reasons = read_reasons(files, remittance.codes, _sections_of_usual(versions))
    versions = tuple(
        held._replace(
            reasons=read_own_reasons(files, held.document, reasons, remittance.codes),
            needs=read_own_needs(files, held.document),
        )
        for held in versions
    )
    parts = _Parts(
        change_log=read_change_log(files),
        versions=versions,
        authorities=read_authorities(files),
        jurisdictions=jurisdictions,
        reasons=reasons,
        needs=read_needs(files),
        remittance=remittance,
        plans=read_plans(files, jurisdictions),
        modifiers=read_modifiers(files),
        icd10cm=table,
    )
    read_payers(files, parts.plans)
    files.faults.refuse_if_any(folder)
    check_versions(parts.documents, files.faults)
    for each in parts.versions:
        given = {**parts.reasons, **each.reasons}
        check_against_tables(each.document, each.codes.whole, given, files)
        check_needs(each.document, each.reasons, {**parts.needs, **each.needs}, files.faults)
    check_policies_of_plans(files, parts.plans, tuple(_policies_by_id(parts)))
    files.faults.refuse_if_any(folder)
    return parts


def _sections_of_usual(versions: Sequence[_Version]) -> set[str]:
    """What the library's own table of reasons may cite: any section of any policy."""
    return {section.id for held in versions for section in held.document.sections}


def _policies_by_id(parts: _Parts) -> Iterator[tuple[str, frozenset[str]]]:
    """Each policy with the procedures that any of its versions decides."""
    for policy_id in sorted({held.document.policy_id for held in parts.versions}):
        sets = [
            held.codes.whole.decided
            for held in parts.versions
            if held.document.policy_id == policy_id
        ]
        yield policy_id, frozenset().union(*sets)


def _versions(files: LibraryFiles, table: Icd10cmTable) -> tuple[_Version, ...]:
    """Returns every version that can be read, in order of their first days."""
    read: list[_Version] = []
    for folder in files.versions:
        codes = read_version_codes(files, folder, table)
        document = read_document(files, folder, tuple(codes.whole.indication_names))
        if document is not None:
            read.append(_Version(document, codes))
    return tuple(sorted(read, key=lambda held: held.document.effective_from))
