"""Which diagnoses a version has looked at: no code speaks both for a purpose and against one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from rules.code_sets import CodeSets
from rules.loading.icd10cm import Icd10cmTable
from rules.policy_version import PolicyVersion

_WORDS = {
    "purpose": "speak for a purpose",
    "bare": "are on the policy's list without a purpose",
    "unrelated": "were looked at and are unrelated",
    "circumstance": "are circumstances",
    "held": "are in no set, so that they are held",
}


def told_apart_wrongly(version: PolicyVersion, table: Icd10cmTable) -> Iterator[str]:
    """Codes of two minds: in `unrelated`, and in a set that speaks for a purpose."""
    codes = version.codes
    for code in table.codes():
        if code not in codes.unrelated:
            continue
        if code in codes.indications or code in codes.brain_tumour:
            yield f"{code} is unrelated, and speaks for a purpose, in version {version.version}"
        if code[:1] in codes.circumstances:
            yield f"{code} is unrelated, and a circumstance, in version {version.version}"


def counts_of(codes: CodeSets, table: Icd10cmTable, on: date) -> dict[str, int]:
    """How many billable codes of a day are of each kind, in words."""
    billable = (code for code in table.codes() if table.validity(code, on) == "billable")
    counted = Counter(_kind(code, codes) for code in billable)
    return {words: counted[kind] for kind, words in _WORDS.items()}


def _kind(code: str, codes: CodeSets) -> str:
    held = codes.indications.get(code)
    if held is not None:
        return "purpose" if held.indications else "bare"
    if code in codes.unrelated:
        return "unrelated"
    return "circumstance" if code[:1] in codes.circumstances else "held"
