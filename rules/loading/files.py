"""The rule library as a folder: read whole and checked, or refused as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rules.library_model import Library, Reason
from rules.loading.authorities import read_authorities
from rules.loading.blocks import read_block
from rules.loading.codes import CodeSets, read_code_sets
from rules.loading.copy import write_copy
from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles, read_folder
from rules.loading.icd10cm import FILE as ICD10CM
from rules.loading.icd10cm import Icd10cmTable, read_icd10cm
from rules.loading.plans import read_plans
from rules.loading.policy import check_versions, read_documents, version_of
from rules.loading.reasons import read_needs, read_reasons
from rules.loading.remittance import Remittance, read_remittance_tables
from rules.loading.sources import read_sources, span_of
from rules.plans import AuthorityRow, Plan
from rules.policy.document import PolicyDocument
from rules.policy.sections import named_sections

SHIPPED = Path(__file__).parents[1] / "library"
"""The library that comes with the project."""


def load_library(folder: Path, plans: Path | None = None) -> Library:
    """
    The library of a folder, with `plans` in the place of the plans that it holds.

    Raises `LibraryRefused` with every fault that was found.
    """
    faults = Faults()
    files = read_folder(folder, plans, faults)
    parts = _parts(files, folder)
    return Library(
        generation=parts.generation,
        digest=files.digest(),
        policy_id=parts.documents[0].policy_id,
        versions=tuple(version_of(document) for document in parts.documents),
        authorities=parts.authorities,
        reasons=parts.reasons,
        needs=parts.needs,
        sections={criterion.name: criterion.cited_as for criterion in parts.documents[0].criteria},
        plans=parts.plans,
        icd10cm=parts.icd10cm,
        **parts.codes._asdict(),
    )


def read_policy(folder: Path) -> tuple[PolicyDocument, ...]:
    """
    The versions of the policy as people read them, in the order of their first days.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _parts(read_folder(folder, None, Faults()), folder).documents


def read_remittance(folder: Path) -> Remittance:
    """
    The published remittance codes that the library's reasons are held against.

    Raises `LibraryRefused` as `load_library` does.
    """
    return _parts(read_folder(folder, None, Faults()), folder).remittance


def derive_library(
    source: Path,
    target: Path,
    parameters: Mapping[str, object],
    authorities: Sequence[Mapping[str, object]],
) -> None:
    """
    Writes a copy of a library with parameters set otherwise and authority rows added.

    `target` is new or empty. An authority row has the columns of the table by name, several
    procedures or lines of business as a list. Raises `LibraryRefused` if a parameter or column is
    unknown, or if the copy does not load.
    """
    faults = Faults()
    write_copy(source, target, parameters, authorities, faults)
    faults.refuse_if_any(source)
    load_library(target)


class _Parts(NamedTuple):
    """All that the files say."""

    generation: int
    documents: tuple[PolicyDocument, ...]
    authorities: tuple[AuthorityRow, ...]
    reasons: dict[str, Reason]
    needs: dict[str, str]
    remittance: Remittance
    plans: dict[str, Plan]
    codes: CodeSets
    icd10cm: Icd10cmTable


def _parts(files: LibraryFiles, folder: Path) -> _Parts:
    """Each file by itself first, so that what holds between them is not asked of damaged ones."""
    known, until = span_of(read_sources(files), ICD10CM, files)
    table = read_icd10cm(files, known, until)
    codes = read_code_sets(files, table)
    documents = read_documents(files, tuple(codes.indication_names))
    remittance = read_remittance_tables(files)
    sections = {section.id for document in documents for section in document.sections}
    parts = _Parts(
        generation=_generation(files),
        documents=documents,
        authorities=read_authorities(files),
        reasons=read_reasons(files, remittance.codes, sections),
        needs=read_needs(files),
        remittance=remittance,
        plans=read_plans(files),
        codes=codes,
        icd10cm=table,
    )
    files.faults.refuse_if_any(folder)
    check_versions(documents, files.faults)
    for document in documents:
        _check_against_tables(document, parts, files.faults)
    files.faults.refuse_if_any(folder)
    return parts


def _generation(files: LibraryFiles) -> int:
    block = read_block(files, "library.toml")
    if block is None:
        return 0
    generation = block.whole("generation")
    block.close()
    return generation


def _check_against_tables(document: PolicyDocument, parts: _Parts, faults: Faults) -> None:
    """What a version says of tables that other files hold."""
    file = f"policies/{document.policy_id}/{document.version}/policy.toml"
    listed = sum(held.support == "listed" for held in parts.codes.indications.values())
    if listed != document.listed_diagnoses:
        wrong = f"is {document.listed_diagnoses}, but indications.csv lists {listed} codes"
        to_do = "Put the missing code back, or take the additional one out."
        faults.add(file, "listed_diagnoses", wrong, to_do)
    ids = [section.id for section in document.sections]
    cited = {section for criterion in document.criteria for section in criterion.sections}
    cited |= {parameter.section for parameter in document.parameters}
    for reason in parts.reasons.values():
        cited |= set(named_sections(reason.section, ids) or (reason.section,))
    cited |= {name.section for name in parts.codes.indication_names.values()}
    for section in sorted(cited - set(ids)):
        to_do = "Add the section, or cite another one."
        faults.add(file, "section", f"has no {section}, which another file cites", to_do)
    for held in document.sections:
        if held.automated != (held.id in cited):
            word = "nothing leans on it" if held.automated else "something leans on it"
            to_do = f"Write automated = {str(not held.automated).lower()}."
            faults.add(file, f"section {held.id}.automated", f"is wrong: {word}", to_do)
