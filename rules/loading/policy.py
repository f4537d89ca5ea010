"""The policy versions of a library, read from their `policy.toml` files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath
from typing import get_args

from rules.code_sets import Purpose
from rules.loading.blocks import Block, read_block
from rules.loading.code_sets import VersionCodes
from rules.loading.criteria import criterion_of, read_criteria, types_of
from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles
from rules.loading.parameters import PEND_DUE_DAYS, read_parameters
from rules.loading.sources import CodeSetSource, read_code_set_sources
from rules.loading.version_places import VersionPlaces
from rules.loading.words import one_of
from rules.policy.document import (
    OpenQuestion,
    PolicyCodeSet,
    PolicyDocument,
    PolicySection,
    QuestionKind,
)
from rules.policy_version import PolicyVersion
from rules.reasons import Reason

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def read_document(
    files: LibraryFiles, folder: str, purposes: Sequence[Purpose]
) -> PolicyDocument | None:
    """
    Reads the version in a folder; None, with the fault recorded: its file is not TOML.

    `purposes` are those that it may name.
    """
    block = read_block(files, f"{folder}/policy.toml")
    if block is None:
        return None
    document = _document(block, purposes)
    criteria = [criterion.name for criterion in document.criteria]
    sources = read_code_set_sources(files, folder, criteria)
    document = replace(document, code_sets=tuple(_code_set(source) for source in sources))
    _check_citations(document, VersionPlaces(files, document))
    return document


def version_of(
    document: PolicyDocument, codes: VersionCodes, reasons: Mapping[str, Reason]
) -> PolicyVersion:
    """Returns a version as the criteria see it; `reasons` are those that its criteria give."""
    answers = {parameter.name: parameter.value for parameter in document.parameters}
    due = answers[PEND_DUE_DAYS]
    assert isinstance(due, int)  # it is read as a number of days
    return PolicyVersion(
        version=document.version,
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        next_review=document.next_review,
        pend_due_days=due,
        parameters=answers,
        service=document.service,
        watched_service=document.watched_service,
        criteria=tuple(
            criterion_of(read, answers, reasons, codes.whole.named) for read in document.criteria
        ),
        codes=codes.whole,
        codes_from=codes.from_days,
    )


def is_stale(version: PolicyVersion, on: date) -> bool:
    """Whether the month of the version's next review has passed: a warning, not an expiry."""
    return version.next_review is not None and f"{on:%Y-%m}" > version.next_review


def check_versions(documents: Sequence[PolicyDocument], faults: Faults) -> None:
    """Checks that versions of one policy do not overlap, and cite its sections in one way."""
    for policy_id in dict.fromkeys(document.policy_id for document in documents):
        own = [document for document in documents if document.policy_id == policy_id]
        for earlier, later in pairwise(own):
            _check_pair(earlier, later, faults)


def _check_pair(earlier: PolicyDocument, later: PolicyDocument, faults: Faults) -> None:
    file = f"policies/{later.policy_id}/{later.version}/policy.toml"
    if earlier.effective_to is None or earlier.effective_to > later.effective_from:
        to_do = f"Set effective_to of version {earlier.version} to {later.effective_from}."
        wrong = f"overlaps version {earlier.version}"
        faults.add(file, "effective_from", wrong, to_do)
    if _citations(earlier) != _citations(later):
        to_do = "Cite the same sections, so that determinations cite alike in every version."
        wrong = f"cites different sections from version {earlier.version}"
        faults.add(file, "criterion", wrong, to_do)
    services = [(each.service, each.watched_service) for each in (earlier, later)]
    if services[0] != services[1]:
        to_do = "Name the services alike, so that lines are counted alike in every version."
        wrong = f"names its services otherwise than version {earlier.version}"
        faults.add(file, "service", wrong, to_do)


def _citations(document: PolicyDocument) -> dict[str, str]:
    return {criterion.name: criterion.cited_as for criterion in document.criteria}


def _document(block: Block, purposes: Sequence[Purpose]) -> PolicyDocument:
    """Reads all of it but its code sets, whose file is another."""
    parts = PurePosixPath(block.file).parts
    sections = tuple(_section(entry) for entry in block.blocks("section", "id"))
    effective_from = block.day("effective_from")
    effective_to = block.optional_day("effective_to")
    if effective_to is not None and effective_to <= effective_from:
        to_do = "Set it to the day after the last day in force."
        block.fault("effective_to", "is not after effective_from", to_do)
    service = block.text("service")
    watched = block.text("watched_service") if block.has("watched_service") else None
    services = (service,) if watched is None else (service, watched)
    criteria = read_criteria(block, {section.id for section in sections}, services)
    document = PolicyDocument(
        policy_id=block.choice("id", (parts[1],)),
        version=block.choice("version", (parts[2],)),
        service=service,
        watched_service=watched,
        source=block.text("source"),
        effective_from=effective_from,
        effective_to=effective_to,
        next_review=_month(block, "next_review"),
        approved=block.day("approved"),
        listed_diagnoses=block.whole("listed_diagnoses"),
        page_furniture=block.texts("page_furniture"),
        sections=sections,
        criteria=criteria,
        parameters=read_parameters(block.block("parameter"), types_of(criteria), purposes),
        open_questions=tuple(_question(entry) for entry in block.blocks("open_question", "id")),
        code_sets=(),
    )
    block.close()
    return document


def _month(block: Block, key: str) -> str:
    month = block.text(key)
    if month and not _MONTH.fullmatch(month):
        wrong = f"is {month!r}, which is not a month"
        block.fault(key, wrong, "Write a month as YYYY-MM, in quotes.")
    return month


def _section(block: Block) -> PolicySection:
    section = PolicySection(
        id=block.text("id"),
        markers=block.texts("markers"),
        digest=block.text("digest"),
        automated=block.flag("automated"),
        reading=block.text("reading"),
    )
    block.close()
    if section.digest and not _DIGEST.fullmatch(section.digest):
        block.fault("digest", "is not a digest", "Write sha256: and 64 hexadecimal digits.")
    return section


def _question(block: Block) -> OpenQuestion:
    question = OpenQuestion(
        id=block.text("id"),
        kind=block.choice("kind", _KINDS),
        sections=block.texts("sections"),
        question=block.text("question"),
        readings=block.texts("readings"),
        chosen=block.text("chosen"),
        parameters=block.texts("parameters"),
    )
    block.close()
    return question


def _code_set(source: CodeSetSource) -> PolicyCodeSet:
    return PolicyCodeSet(
        name=PurePosixPath(source.file).stem,
        sections=source.sections,
        criteria=source.criteria,
        source=source.source,
    )


def _check_citations(document: PolicyDocument, places: VersionPlaces) -> None:
    """Checks that every section and parameter that is named somewhere exists."""
    known = {section.id for section in document.sections}
    named = [
        *((f"criterion {row.name}", "sections", row.sections) for row in document.criteria),
        *((f"parameter.{read.name}", "section", (read.section,)) for read in document.parameters),
        *((f"open_question {one.id}", "sections", one.sections) for one in document.open_questions),
        *((f"code_sets/{held.name}.csv", "", held.sections) for held in document.code_sets),
    ]
    for table, key, sections in named:
        for section in sections:
            if section and section not in known:
                to_do = f"Cite a [[section]] of this file. {one_of(section, sorted(known))}"
                places.fault(table, key, f"cites {section!r}, which is not a section", to_do)
    parameters = [parameter.name for parameter in document.parameters]
    for asked in document.open_questions:
        for name in asked.parameters:
            if name not in parameters:
                wrong = f"names {name!r}, which is not a parameter"
                where = (f"open_question {asked.id}", "parameters")
                places.fault(*where, wrong, one_of(name, parameters))
