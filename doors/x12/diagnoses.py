"""The diagnoses of a claim's HI segments, by the code system that each qualifier names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from doors.x12.claim_faults import claim_fault
from doors.x12.reading import ClaimFault

ICD9_ENDED: Final = "2015-10-01"
"""The first date of service that is coded in ICD-10."""

ICD10: Final = frozenset({"ABK", "ABF"})
ICD9: Final = frozenset({"BK", "BF"})
_DIAGNOSES_MAX: Final = 100
_CODE: Final = re.compile(r"[0-9A-Za-z]{1,8}|(?=.{2,9}\Z)[0-9A-Za-z]*\.[0-9A-Za-z]*")


class HiDiagnoses(NamedTuple):
    """What pointers count, in the order of the file."""

    entries: tuple[str | None, ...]
    """None is an ICD-9 code, which nobody may take for an ICD-10 one."""
    are_icd9: bool
    faults: tuple[ClaimFault, ...]


def diagnoses_of(composites: Sequence[str], component: str) -> HiDiagnoses:
    """
    The principal and other diagnoses; everything else that HI may hold is none of the line.

    Admitting diagnoses, reasons for the visit, external causes, procedures, occurrences, values,
    conditions and DRGs are left out, and no pointer counts them.
    """
    entries: list[str | None] = []
    faults: list[ClaimFault] = []
    systems = set()
    for composite in composites:
        qualifier, _, rest = composite.partition(component)
        if qualifier in ICD10:
            systems.add("ICD-10")
            code = rest.partition(component)[0].strip()
            entries.append(code)
            if not _CODE.fullmatch(code):
                faults.append(claim_fault("DIAGNOSIS_INVALID"))
        elif qualifier in ICD9:
            systems.add("ICD-9")
            entries.append(None)
    if len(systems) > 1:
        faults.append(claim_fault("ICD9_BESIDE_ICD10"))
    if len(entries) > _DIAGNOSES_MAX or len(composites) > _DIAGNOSES_MAX:
        faults.append(claim_fault("DIAGNOSES_TOO_MANY"))
    return HiDiagnoses(tuple(entries), "ICD-9" in systems, tuple(faults))
