"""Checks a policy version against the tables beside it."""

from __future__ import annotations

from collections.abc import Iterable

from rules.code_sets import CodeSets
from rules.loading.faults import Faults
from rules.policy.document import PolicyDocument
from rules.policy.sections import named_sections
from rules.reasons import Reason


def check_against_tables(
    document: PolicyDocument, codes: CodeSets, reasons: Iterable[Reason], faults: Faults
) -> None:
    """Records faults if the number of listed codes, or the sections, differ from the tables."""
    file = f"policies/{document.policy_id}/{document.version}/policy.toml"
    _check_listed(file, document, codes, faults)
    ids = [section.id for section in document.sections]
    cited = _cited(document, codes, reasons, ids)
    for section in sorted(cited - set(ids)):
        to_do = "Add the section, or cite another one."
        faults.add(file, "section", f"has no {section}, which another file cites", to_do)
    for held in document.sections:
        if held.automated != (held.id in cited):
            word = "nothing relies on it" if held.automated else "something relies on it"
            to_do = f"Set automated = {str(not held.automated).lower()}."
            faults.add(file, f"section {held.id}.automated", f"is wrong: {word}", to_do)


def _check_listed(file: str, document: PolicyDocument, codes: CodeSets, faults: Faults) -> None:
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
    faults.add(file, "listed_diagnoses", wrong, to_do)


def _cited(
    document: PolicyDocument, codes: CodeSets, reasons: Iterable[Reason], ids: list[str]
) -> set[str]:
    cited = {section for criterion in document.criteria for section in criterion.sections}
    cited |= {parameter.section for parameter in document.parameters}
    for reason in reasons:
        cited |= set(named_sections(reason.section, ids) or (reason.section,))
    return cited | {name.section for name in codes.indication_names.values()}
