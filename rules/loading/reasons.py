"""The reasons of a library, and what each one asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles
from rules.loading.remittance import RemittanceCode, RemittanceKind
from rules.loading.tables import Row, read_table
from rules.loading.version_files import NEEDS as OWN_NEEDS
from rules.loading.version_files import REASONS as OWN
from rules.loading.words import one_of
from rules.plans import Group
from rules.policy.document import PolicyDocument
from rules.policy.sections import named_sections
from rules.reasons import Reason

REASONS: Mapping[str, str] = {
    "CRITERIA_MET": "",
    "REVIEWED": "",
    "REVIEW_OUTDATED": "",
    "PEER_REVIEW": "",
    "NON_COVERED_BENEFIT": "benefit",
    "PLAN_UNKNOWN": "benefit",
    "NCD_NON_COVERED": "authority",
    "LCD_NON_COVERED": "authority",
    "MEDICAID_GUIDELINE": "authority",
    "OTHER_AUTHORITY": "authority",
    "NO_POLICY_VERSION": "policy_in_force",
    "MODIFIER_INVALID": "coding",
    "DIAGNOSIS_INVALID": "coding",
    "DIAGNOSIS_UNVERIFIED": "coding",
    "DUPLICATE": "not_duplicate",
    "COMPONENT_INCLUDED": "not_duplicate",
    "SUSPECT_DUPLICATE": "not_duplicate",
    "REPEAT_SAME_DAY": "not_duplicate",
    "INVESTIGATIONAL_SERVICE": "proven_service",
    "INVESTIGATIONAL_INDICATION": "indication",
    "INDICATION_UNCLEAR": "indication",
    "CONVENTIONAL_IMAGING_CONCLUSIVE": "conventional_imaging",
    "CONVENTIONAL_IMAGING_ABSENT": "conventional_imaging",
    "CONVENTIONAL_IMAGING_UNKNOWN": "conventional_imaging",
    "CONVENTIONAL_IMAGING_UNUSABLE": "conventional_imaging",
    "CONVENTIONAL_RESULT_UNKNOWN": "conventional_imaging",
    "PET_EXCLUSIVE": "pet_exclusivity",
    "PET_EXCLUSIVE_SAME_DAY": "pet_exclusivity",
    "PET_EXCLUSIVITY_UNCLEAR": "pet_exclusivity",
    "NO_CONFLICT": "",
    "OUT_OF_SCOPE": "",
    "SUPERSEDED": "",
    "VOIDED": "",
    "VOID_PROCESSED": "",
    "ORIGINAL_NOT_FOUND": "",
}
"""Every reason that the rules give, with the criterion that gives it (empty: none)."""

NEEDS = (
    "conventional_imaging_report",
    "conventional_imaging_attestation",
    "pet_result",
    "other_study_result",
    "clinical_records",
    "attestation",
    "measurement",
    "evaluation",
    "treatment_record",
    "companion_claim",
    "ordering_provider",
    "place_of_service",
    "units",
    "member_record",
    "diagnosis",
    "modifier_or_provider",
    "original_claim",
    "plan_enrollment",
    "authorization",
    "applied_authority",
    "review",
)
"""What a requester can be asked for, in the order in which a request names it."""

_USUAL_NEEDS = (
    *("conventional_imaging_report", "conventional_imaging_attestation", "pet_result"),
    *("clinical_records", "diagnosis", "modifier_or_provider", "original_claim"),
    *("plan_enrollment", "authorization", "applied_authority", "review"),
)
"""Those that every library has words for; a policy that asks for another has its own words."""

_GROUPS = (*get_args(Group), "plan:investigational", "plan:non_covered", "notice:PR")
_COLUMNS = ("code", "criterion", "section", "label", "group", "carc", "rarc", "needs")
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")


def read_needs(files: LibraryFiles) -> dict[str, str]:
    """Reads each need with our text, in file order."""
    rows = read_table(files, "needs.csv", ("code", "text"), "code")
    needs = {row.choice("code", NEEDS): row.text("text") for row in rows}
    if rows and tuple(needs) != _USUAL_NEEDS:
        to_do = f"Write a row for each of these, in this order: {', '.join(_USUAL_NEEDS)}."
        files.faults.add("needs.csv", "", "does not list every need in order", to_do)
    return needs


def read_own_needs(files: LibraryFiles, document: PolicyDocument) -> dict[str, str]:
    """Reads in which words of its own a policy version asks for things."""
    file = f"policies/{document.policy_id}/{document.version}/{OWN_NEEDS}"
    if file not in files.names:
        return {}
    rows = read_table(files, file, ("code", "text"), "code")
    return {row.choice("code", NEEDS): row.text("text") for row in rows}


def all_needs(usual: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The library's words and a policy's own, which go before, in the order of a request."""
    words = {**usual, **own}
    return {code: words[code] for code in NEEDS if code in words}


def check_needs(
    document: PolicyDocument,
    own: Mapping[str, Reason],
    words: Mapping[str, str],
    faults: Faults,
) -> None:
    """Whatever a reason of a version asks for, there are words for it."""
    file = f"policies/{document.policy_id}/{document.version}/{OWN}"
    for reason in own.values():
        for need in reason.needs:
            if need in NEEDS and need not in words:
                to_do = f"Add the words to {OWN_NEEDS} beside it."
                faults.add(file, f"({reason.code})", f"asks for {need} without words", to_do)


def read_reasons(
    files: LibraryFiles, codes: Collection[RemittanceCode], sections: Collection[str]
) -> dict[str, Reason]:
    """Reads every reason of the rules; `sections` are those that it may cite."""
    rows = read_table(files, "reasons.csv", _COLUMNS, "code")
    known = {(code.kind, code.code) for code in codes}
    reasons = {row.text("code"): _reason(row, known, sections) for row in rows}
    for code in REASONS if rows else ():
        if code not in reasons:
            to_do = "Add its row. Without it a decision has no codes."
            files.faults.add("reasons.csv", code, "is missing", to_do)
    return reasons


def read_own_reasons(
    files: LibraryFiles,
    document: PolicyDocument,
    usual: Mapping[str, Reason],
    codes: Collection[RemittanceCode],
) -> dict[str, Reason]:
    """
    Reads the reasons that a policy version has of its own; `usual` are the library's.

    A row with a code and a section alone says how the policy cites a reason of the library.
    """
    file = f"policies/{document.policy_id}/{document.version}/{OWN}"
    if file not in files.names:
        return {}
    known = {(code.kind, code.code) for code in codes}
    sections = {section.id for section in document.sections}
    names = ("", *(criterion.name for criterion in document.criteria))
    found: dict[str, Reason] = {}
    for row in read_table(files, file, _COLUMNS, "code"):
        code = row.code("code", _CODE)
        if code in usual and not any(row.optional(column) for column in _COLUMNS[3:]):
            found[code] = replace(usual[code], section=row.text("section"))
            if row.optional("criterion"):
                found[code] = replace(found[code], criterion=row.choice("criterion", names))
            _check_section(row, found[code], sections)
        else:
            found[code] = _reason_in(row, code, names)
            _check_reason(row, found[code], known, sections)
    return found


def _reason(
    row: Row, known: Collection[tuple[RemittanceKind, str]], sections: Collection[str]
) -> Reason:
    code = row.text("code")
    if code not in REASONS:
        row.fault("is not a reason", one_of(code, tuple(REASONS)))
    reason = _reason_in(row, code, ("", *dict.fromkeys(filter(None, REASONS.values()))))
    criterion = REASONS.get(code, reason.criterion)
    if reason.criterion != criterion:
        row.fault(f"criterion is {reason.criterion!r}", f"It must be {criterion!r}.")
    _check_reason(row, reason, known, sections)
    return reason


def _reason_in(row: Row, code: str, criteria: Sequence[str]) -> Reason:
    return Reason(
        code=code,
        criterion=row.choice("criterion", criteria),
        section=row.text("section"),
        label=row.text("label"),
        group=row.choice("group", ("", *_GROUPS)) or None,
        carc=row.optional("carc"),
        rarc=row.codes("rarc"),
        needs=tuple(sorted(row.codes("needs"), key=_order_of_need)),
    )


def _check_section(row: Row, reason: Reason, sections: Collection[str]) -> None:
    if reason.section and sections and named_sections(reason.section, sections) is None:
        to_do = "Cite sections by their ids in policy.toml."
        row.fault(f"section is {reason.section!r}, which is not a section", to_do)


def _order_of_need(need: str) -> int:
    return NEEDS.index(need) if need in NEEDS else len(NEEDS)


def _check_reason(
    row: Row,
    reason: Reason,
    known: Collection[tuple[RemittanceKind, str]],
    sections: Collection[str],
) -> None:
    _check_section(row, reason, sections)
    for need in reason.needs:
        if need not in NEEDS:
            row.fault(f"needs has {need!r}, which is not a need", one_of(need, NEEDS))
    if reason.carc is None and (reason.group is not None or reason.rarc):
        row.fault("has a group or RARC without a CARC", "Add the CARC, or clear the others.")
    for kind, codes in (("CARC", (reason.carc,)), ("RARC", reason.rarc)):
        for code in codes:
            if known and code is not None and (kind, code) not in known:
                to_do = "Use a code from code_sets/carc_rarc.csv."
                row.fault(f"{kind} {code} is not a published code", to_do)
