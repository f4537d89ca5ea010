"""Why a claim is rejected: each reason with the sentence that its sender reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from doors.x12.reading import ClaimFault

FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CONTROL_NUMBER_MISSING": "CLM01 is missing: the claim has no number of its provider's.",
        "ID_TOO_LONG": "An id is longer than 256 characters.",
        "SUBSCRIBER_ID_MISSING": "The subscriber has no member id (NM109 of 2010BA).",
        "SUBSCRIBER_IN_DOUBT": "Whose dependent the patient is is in doubt: HL02 does not name the "
        "subscriber before it.",
        "PATIENT_NAME_MISSING": "The patient has no id of its own and no last and first name to "
        "tell it from others of the family.",
        "PATIENT_BIRTH_DATE_MISSING": "The patient has no id of its own and no birth date to tell "
        "it from others of the family.",
        "PATIENT_BIRTH_DATE_INVALID": "The patient's birth date is not a date (DMG02).",
        "PATIENT_MISSING": "No subscriber or dependent stands before the claim (HL 22 or 23).",
        "FREQUENCY_MISSING": "CLM05-3 is missing: it says whether the claim is a first one.",
        "FREQUENCY_UNKNOWN": "CLM05-3 is not one of 1, 2, 3, 4, 5, 7, 8 and 9.",
        "ORIGINAL_MISSING": "A replacement or void (CLM05-3) must name the claim that it replaces "
        "(REF*F8).",
        "CHARGE_INVALID": "A charge is not a decimal number.",
        "UNITS_INVALID": "A quantity is not a number of 0 or more with up to three decimals.",
        "DIAGNOSIS_INVALID": "A diagnosis is not in the form of a code (HI).",
        "DIAGNOSES_TOO_MANY": "The claim has more than 100 diagnoses.",
        "ICD9_AFTER_ITS_END": "The diagnoses are ICD-9 (BK, BF), which ended on 2015-10-01, before "
        "a date of service of this claim.",
        "ICD9_BESIDE_ICD10": "The diagnoses are partly ICD-9 (BK, BF) and partly ICD-10 (ABK, ABF)"
        ".",
        "LINES_MISSING": "The claim has no service line.",
        "LINES_TOO_MANY": "The claim has more than 999 service lines.",
        "LINE_NUMBER_MISSING": "A service line has no number (LX).",
        "LINE_NUMBER_INVALID": "A line's number (LX01) is not a whole number from 1 to 999.",
        "LINE_NUMBER_TWICE": "Two service lines have the same number (LX01).",
        "SERVICE_MISSING": "A line number (LX) is followed by no service (SV1, SV2).",
        "SERVICE_UNKNOWN": "A service is neither professional nor institutional (SV1, SV2).",
        "PROCEDURE_MISSING": "The line has neither a procedure nor a revenue code.",
        "PROCEDURE_SYSTEM_UNKNOWN": "The procedure is not of CPT or HCPCS (HC).",
        "PROCEDURE_INVALID": "The procedure is not five letters or digits.",
        "MODIFIER_INVALID": "A modifier is not two letters or digits.",
        "POINTER_INVALID": "A diagnosis pointer is not a number.",
        "POINTER_TO_NOTHING": "A diagnosis pointer points to no diagnosis of the claim.",
        "DATE_MISSING": "Neither the line nor the claim has a date of service (DTP*472, DTP*434).",
        "DATE_INVALID": "A date of service is not a date (D8) or two dates (RD8).",
        "DATE_REVERSED": "A span of dates of service ends before it begins.",
        "DATE_AFTER_RECEIPT": "A date of service is after the day on which the file was made "
        "(GS04).",
        "EVENT_TOO_LARGE": "The claim is larger than 256 KiB as an event.",
    }
)
"""Each code with its sentence."""


def claim_fault(code: str, line: int | None = None) -> ClaimFault:
    """A fault of the claim, or of one of its lines."""
    return ClaimFault(code, line, FAULTS[code] if line is None else f"Line {line}: {FAULTS[code]}")
