"""For each field of each type of event the values that the contract refuses, by what is wrong."""

from __future__ import annotations

from typing import get_args

from rules.facts import (
    AuthorizationStatus,
    ClaimType,
    FinalStatus,
    Frequency,
    ReviewDecision,
    ReviewLevel,
    Sex,
    StudyResult,
    StudyStatus,
    TreatmentOutcome,
    TreatmentStatus,
)
from tests.support.event_builders import (
    AUTHORIZATION,
    CLAIM,
    COVERAGE,
    FINALIZED,
    PERSON,
    REPORT,
    REVIEW,
    TREATMENT,
)
from tests.support.malformed_codes import (
    CARC,
    DIAGNOSIS,
    MODIFIER,
    PROCEDURE,
    RARC,
    REQUIRED_PROCEDURE,
    TAXONOMY,
    THERAPY,
)

IDENTIFIER = {
    "null": None,
    "a_number": 7,
    "true": True,
    "empty": "",
    "blank": " \t\n\u2003",
    "257_characters": "x" * 257,
    "ten_kilobytes": "x" * 10_240,
    "a_list": ["x"],
    "an_object": {},
}
TEXT = {"null": None, "a_number": 7, "empty": "", "blank": " \t", "a_list": ["x"]}
OPTIONAL_TEXT = {"a_number": 7, "false": False, "a_list": [], "an_object": {}}
AMOUNT = {
    "a_number": 850.0,
    "true": True,
    "not_a_number": "NaN",
    "infinity": "Infinity",
    "an_exponent": "1e5",
    "a_plus": "+1.00",
    "a_comma": "1,000.00",
    "a_currency": "$1.00",
    "blanks_around": " 1.00 ",
    "underscores": "1_000",
    "no_digits_after_the_point": "5.",
    "nothing_but_a_point": ".",
    "a_minus_and_a_point": "-.",
    "two_points": "1.2.3",
    "digits_of_another_script": "٣",
    "a_line_end": "1.00\n",
}
DAY = {
    "null": None,
    "a_number": 20250616,
    "empty": "",
    "no_such_day": "2025-02-29",
    "no_such_month": "2025-13-01",
    "day_zero": "2025-06-00",
    "last_day_of_1899": "1899-12-31",
    "first_day_of_2200": "2200-01-01",
    "one_digit_month": "2025-6-16",
    "no_dashes": "20250616",
    "a_week": "2025-W25-1",
    "a_time": "2025-06-16T00:00:00Z",
    "slashes": "2025/06/16",
    "american": "06/16/2025",
    "a_blank_before": " 2025-06-16",
    "a_line_end": "2025-06-16\n",
    "digits_of_another_script": "٢٠٢٥-٠٦-١٦",
    "a_list": [2025, 6, 16],
}
OPTIONAL_DAY = {name: value for name, value in DAY.items() if name != "null"}
TIME = {
    "null": None,
    "seconds_since_1970": 1750428180,
    "seconds_as_text": "1750428180",
    "empty": "",
    "a_date": "2025-06-20",
    "a_space": "2025-06-20 14:03:00Z",
    "lower_case_t": "2025-06-20t14:03:00Z",
    "lower_case_z": "2025-06-20T14:03:00z",
    "no_zone": "2025-06-20T14:03:00",
    "no_seconds": "2025-06-20T14:03Z",
    "second_60": "2025-06-20T23:59:60Z",
    "minute_60": "2025-06-20T14:60:00Z",
    "hour_24": "2025-06-20T24:00:00Z",
    "ten_digits": "2025-06-20T14:03:00.0123456789Z",
    "point_without_digits": "2025-06-20T14:03:00.Z",
    "a_comma": "2025-06-20T14:03:00,5Z",
    "offset_without_colon": "2025-06-20T14:03:00+0200",
    "offset_of_hours": "2025-06-20T14:03:00+02",
    "offset_of_24_hours": "2025-06-20T14:03:00+24:00",
    "offset_of_60_minutes": "2025-06-20T14:03:00+01:60",
    "a_named_zone": "2025-06-20T14:03:00UTC",
    "no_such_day": "2025-02-29T14:03:00Z",
    "year_1899": "1899-12-31T23:59:59Z",
    "year_2200": "2200-01-01T00:00:00Z",
    "no_dashes": "20250620T140300Z",
    "blanks_around": " 2025-06-20T14:03:00Z ",
    "a_line_end": "2025-06-20T14:03:00Z\n",
    "digits_of_another_script": "٢٠٢٥-06-20T14:03:00Z",
}
POSITIVE = {
    "zero": 0,
    "minus_one": -1,
    "a_part": 1.5,
    "true": True,
    "text": "1",
    "more_than_infinity": "INFINITE",  # written as 1e999 below
    "a_list": [1],
}
UNITS = {
    "minus_one": -1,
    "less_than_nothing": -0.001,
    "four_decimals": 1.2345,
    "half_of_the_smallest_part": 0.0005,
    "true": True,
    "text": "1",
    "more_than_infinity": "INFINITE",  # written as 1e999 below
    "a_list": [1],
    "an_object": {},
}
LINE_NUMBER = POSITIVE | {"null": None, "line_1000": 1000}
POINTER = POSITIVE | {"null": None, "no_such_diagnosis": 3}
LIST = {"text": "x", "an_object": {}, "a_number": 1, "false": False}
REQUIRED_LIST = LIST | {"null": None}
MEMBER_OF_LIST = {"null": None, "text": "x", "a_list": [], "a_number": 1}


def word(choices: object) -> dict[str, object]:
    first = get_args(choices)[0]
    return {
        "null": None,
        "another_word": "other",
        "other_case": first.upper() if first.islower() else f" {first}",
        "blanks_around": f"{first} ",
        "a_number": 1,
        "a_list": [first],
        "empty": "",
    }


def optional_word(choices: object, another: str = "other") -> dict[str, object]:
    values = word(choices) | {"another_word": another}
    return {name: value for name, value in values.items() if name not in ("null", "empty")}


ENVELOPE = {"specversion": {"another": "0.3", "a_number": 1.0, "null": None}, "time": TIME}
ENVELOPE |= {"id": IDENTIFIER, "source": IDENTIFIER, "data": MEMBER_OF_LIST}
REQUIRED = {
    CLAIM: {
        "claim_id": IDENTIFIER,
        "frequency": word(Frequency),
        "claim_type": word(ClaimType),
        "member_id": IDENTIFIER,
        "plan_id": IDENTIFIER,
        "received_at": DAY,
        "diagnoses": REQUIRED_LIST,
        "lines": REQUIRED_LIST | {"none": [], "a_thousand": [{}] * 1000},
        "lines[0].line": LINE_NUMBER,
        "lines[0].date_of_service": DAY,
        "attestations[0].kind": TEXT,
        "attestations[0].date_of_service": DAY,
    },
    FINALIZED: {
        "claim_id": IDENTIFIER,
        "member_id": IDENTIFIER,
        "line": LINE_NUMBER,
        "status": word(FinalStatus),
    },
    REPORT: {
        "study_id": IDENTIFIER,
        "member_id": IDENTIFIER,
        "procedure": REQUIRED_PROCEDURE,
        "date_of_service": DAY,
        "status": word(StudyStatus),
        "result": word(StudyResult),
        "diagnoses": REQUIRED_LIST,
    },
    COVERAGE: {"member_id": IDENTIFIER, "plan_id": IDENTIFIER, "enrolled_from": DAY},
    TREATMENT: {
        "treatment_id": IDENTIFIER,
        "member_id": IDENTIFIER,
        "date_of_service": DAY,
        "status": word(TreatmentStatus),
        "diagnoses": REQUIRED_LIST,
    },
    AUTHORIZATION: {
        "authorization_id": IDENTIFIER,
        "member_id": IDENTIFIER,
        "procedure": REQUIRED_PROCEDURE,
        "valid_from": DAY,
        "valid_through": DAY,
        "status": word(AuthorizationStatus),
    },
    REVIEW: {
        "claim_id": IDENTIFIER,
        "member_id": IDENTIFIER,
        "line": LINE_NUMBER,
        "decision": word(ReviewDecision),
        "reason": TEXT,
        "reviewer_role": TEXT,
    },
    PERSON: {"member_id": IDENTIFIER},
}
OPTIONAL = {
    CLAIM: {
        "place_of_service": OPTIONAL_TEXT,
        "attestations": LIST,
        "attestations[0].reference": OPTIONAL_TEXT,
        "attestations[0].value": AMOUNT,
        "attestations[0].unit": OPTIONAL_TEXT,
        "lines[0].modifiers": LIST,
        "lines[0].diagnosis_pointers": LIST,
        "lines[0].procedure": PROCEDURE,
        "lines[0].units": UNITS,
        "lines[0].charge": AMOUNT,
        "lines[0].rendering_npi": OPTIONAL_TEXT,
        "lines[0].revenue_code": OPTIONAL_TEXT,
        "lines[0].ordering_npi": OPTIONAL_TEXT,
        "lines[0].ordering_specialty": TAXONOMY,
        "lines[0]": MEMBER_OF_LIST,
        "attestations[0]": MEMBER_OF_LIST,
        "diagnoses[1]": DIAGNOSIS,
        "lines[0].modifiers[0]": MODIFIER,
        "lines[0].diagnosis_pointers[1]": POINTER,
    },
    FINALIZED: {},
    REPORT: {"modifiers": LIST, "modifiers[0]": MODIFIER, "diagnoses[0]": DIAGNOSIS},
    COVERAGE: {"enrolled_through": OPTIONAL_DAY},
    TREATMENT: {
        "diagnoses[0]": DIAGNOSIS,
        "procedure": PROCEDURE,
        "therapy": THERAPY,
        "ended_on": OPTIONAL_DAY,
        "outcome": optional_word(TreatmentOutcome),
    },
    AUTHORIZATION: {},
    REVIEW: {
        "reviewer_id": OPTIONAL_TEXT,
        "credential": OPTIONAL_TEXT,
        "level": optional_word(ReviewLevel),
    },
    PERSON: {"birth_date": OPTIONAL_DAY, "sex": optional_word(Sex, "a word of ours")},
}
OF_A_DENIAL = {"carc": CARC, "rarc": LIST, "rarc[0]": RARC}
"""Fields of a review that denies and has codes of its own."""
