"""Checks a policy version against the tables beside it, and what it says against itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.code_sets import CodeSets
from rules.loading.diagnosis_sets import rows_of_purposes
from rules.loading.folder import LibraryFiles
from rules.loading.slot_values import check_values
from rules.loading.version_places import VersionPlaces
from rules.loading.words import one_of
from rules.policy.document import PolicyDocument
from rules.policy.sections import named_sections
from rules.reasons import Reason


def check_against_tables(
    document: PolicyDocument, codes: CodeSets, reasons: Mapping[str, Reason], files: LibraryFiles
) -> None:
    """
    Records faults if listed codes, reasons or sections differ from the tables.

    `reasons`: the library's and the version's own.
    """
    places = VersionPlaces(files, document)
    _check_listed(places, document, codes)
    _check_purposes(files, places.folder, codes)
    _check_reasons(places, document, reasons)
    _check_numbers_of_parts(places, document)
    check_values(places, document)
    ids = [section.id for section in document.sections]
    cited = _cited(document, codes, _given(document, reasons), ids)
    for section in sorted(cited - set(ids)):
        to_do = "Add the section, or cite another one."
        places.fault("section", "", f"has no {section}, which another file cites", to_do)
    for held in document.sections:
        if held.automated != (held.id in cited):
            word = "nothing relies on it" if held.automated else "something relies on it"
            to_do = f"Set automated = {str(not held.automated).lower()}."
            places.fault(f"section {held.id}", "automated", f"is wrong: {word}", to_do)


def _check_listed(places: VersionPlaces, document: PolicyDocument, codes: CodeSets) -> None:
    """Compares the numbers; either may be wrong, as a list changes between versions."""
    listed = sum(held.support == "listed" for held in codes.indications.values())
    if listed == document.listed_diagnoses:
        return
    wrong = f"is {document.listed_diagnoses}, but code_sets/indications.csv lists {listed} codes"
    mend = (
        "Remove the extra code"
        if listed > document.listed_diagnoses
        else "Restore the missing code"
    )
    to_do = f"{mend}, or write {listed} if the policy itself lists that many in this version."
    places.fault("", "listed_diagnoses", wrong, to_do)


def _check_purposes(files: LibraryFiles, folder: str, codes: CodeSets) -> None:
    """A purpose that no diagnosis documents can be met by no line."""
    documented = {purpose for held in codes.indications.values() for purpose in held.indications}
    documented |= {held.indication for held in codes.company}
    for purpose, row in rows_of_purposes(files, folder):
        if purpose not in documented:
            to_do = "Add a code that documents it to indications.csv, or remove the purpose."
            row.fault("is a purpose without a code", to_do)


def _given(document: PolicyDocument, reasons: Mapping[str, Reason]) -> list[Reason]:
    """The reasons that a version can give: those of its criteria, and those of none."""
    rows = [row for criterion in document.criteria for row in criterion.with_parts]
    named = {code for row in rows for code in row.reasons.values()}
    return [held for code, held in reasons.items() if code in named or not held.criterion]


def _check_reasons(
    places: VersionPlaces, document: PolicyDocument, reasons: Mapping[str, Reason]
) -> None:
    """Those of a part are reasons of the whole."""
    asked = [(criterion, row) for criterion in document.criteria for row in criterion.with_parts]
    for criterion, row in asked:
        for role, code in row.reasons.items():
            held = reasons.get(code)
            where = (f"criterion {row.name}", f"reasons.{role}")
            if held is None:
                to_do = f"Add its row to a reasons.csv. {one_of(code, tuple(reasons))}"
                places.fault(*where, f"is {code!r}, which is not a reason", to_do)
            elif held.criterion != criterion.name:
                to_do = f"Name a reason of {criterion.name}, or write it so in reasons.csv."
                places.fault(*where, f"is {code}, a reason of {held.criterion!r}", to_do)


def _check_numbers_of_parts(places: VersionPlaces, document: PolicyDocument) -> None:
    """Of a criterion that asks others, so many can be asked for as there are."""
    parameters = {parameter.name: parameter for parameter in document.parameters}
    for criterion in document.criteria:
        for row in criterion.with_parts:
            asked_for = parameters.get(row.slots.get("least", "")) if row.parts else None
            if asked_for is None or asked_for.least is None or asked_for.most is None:
                continue
            if not 1 <= asked_for.least <= asked_for.most <= len(row.parts):
                wrong = f"may be {asked_for.least} to {asked_for.most}, of {len(row.parts)} parts"
                to_do = f"Let its other_answers go from 1 to {len(row.parts)} at most."
                places.fault(f"parameter.{asked_for.name}", "", wrong, to_do)


def _cited(
    document: PolicyDocument, codes: CodeSets, reasons: Iterable[Reason], ids: list[str]
) -> set[str]:
    cited = {section for criterion in document.criteria for section in criterion.sections}
    cited |= {parameter.section for parameter in document.parameters}
    for reason in reasons:
        cited |= set(named_sections(reason.section, ids) or (reason.section,))
    return cited | {name.section for name in codes.indication_names.values()}
