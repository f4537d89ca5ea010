"""Builds one valid event of each type, and changes single places of it for a test."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

CLAIM = "claim.submitted.v1"
FINALIZED = "claim.finalized.v1"
REPORT = "imaging.reported.v1"
COVERAGE = "coverage.recorded.v1"
TREATMENT = "treatment.reported.v1"
AUTHORIZATION = "authorization.recorded.v1"
REVIEW = "review.completed.v1"
PERSON = "member.recorded.v1"

_DATA: dict[str, dict[str, Any]] = {
    CLAIM: {
        "claim_id": "C-1001",
        "frequency": "1",
        "replaces": None,
        "claim_type": "professional",
        "member_id": "M-1",
        "plan_id": "sample-commercial",
        "received_at": "2025-06-20",
        "place_of_service": "11",
        "diagnoses": ["C71.1", "I67.89"],
        "lines": [
            {
                "line": 1,
                "procedure": "76390",
                "modifiers": ["26"],
                "date_of_service": "2025-06-16",
                "diagnosis_pointers": [1, 2],
                "units": 1,
                "charge": "850.00",
                "rendering_npi": "1234567893",
                "revenue_code": "0610",
            }
        ],
        "attestations": [
            {
                "kind": "conventional_imaging_limited",
                "date_of_service": "2025-06-02",
                "reference": "PWK-77",
                "value": "23.5",
                "unit": "mm",
            }
        ],
    },
    FINALIZED: {"claim_id": "C-1001", "member_id": "M-1", "line": 1, "status": "paid"},
    REPORT: {
        "study_id": "S-9",
        "member_id": "M-1",
        "procedure": "70553",
        "modifiers": ["TC"],
        "date_of_service": "2025-06-02",
        "status": "performed",
        "result": "limited",
        "diagnoses": ["C71.1"],
    },
    COVERAGE: {
        "member_id": "M-1",
        "plan_id": "sample-commercial",
        "enrolled_from": "2024-01-01",
        "enrolled_through": "2025-12-31",
    },
    TREATMENT: {
        "treatment_id": "T-3",
        "member_id": "M-1",
        "procedure": "61510",
        "date_of_service": "2025-06-02",
        "status": "performed",
        "diagnoses": ["C71.1"],
        "outcome": "failed",
        "therapy": "L01AX03",
    },
    AUTHORIZATION: {
        "authorization_id": "A-5",
        "member_id": "M-1",
        "procedure": "76390",
        "valid_from": "2025-06-01",
        "valid_through": "2025-06-30",
        "status": "approved",
    },
    REVIEW: {
        "claim_id": "C-1001",
        "member_id": "M-1",
        "line": 1,
        "decision": "approved",
        "reason": "the scan was read again",
        "reviewer_role": "medical director",
        "reviewer_id": "R-7",
        "credential": "MD, neuroradiology",
        "level": "first",
    },
    PERSON: {"member_id": "M-1", "birth_date": "1961-04-30", "sex": "female"},
}

_STEP = re.compile(r"[^.\[\]]+")


def event_of(event_type: str, **data: Any) -> dict[str, Any]:
    """A valid event of the type, with other values in its data where the test says so."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/edi/gateway",
        "type": event_type,
        "time": "2025-06-20T14:03:00Z",
        "data": copy.deepcopy(_DATA[event_type]) | data,
    }


def denial(**data: Any) -> dict[str, Any]:
    """A valid review that denies, with codes of its own, and other values where the test says."""
    return event_of(REVIEW, **({"decision": "denied", "carc": "50", "rarc": ["N661"]} | data))


def with_value(event: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same event with another value at a path such as `data.lines[0].units`."""
    changed = copy.deepcopy(event)
    place, last = _place(changed, path)
    place[last] = value
    return changed


def without(event: dict[str, Any], path: str) -> dict[str, Any]:
    """The same event with the field at the path left out."""
    changed = copy.deepcopy(event)
    place, last = _place(changed, path)
    del place[last]
    return changed


def encoded(event: object) -> bytes:
    """The bytes of the event as a producer sends them."""
    return json.dumps(event, ensure_ascii=False).encode()


def _place(event: Any, path: str) -> tuple[Any, Any]:
    *steps, last = (int(step) if step.isdigit() else step for step in _STEP.findall(path))
    for step in steps:
        event = event[step]
    return event, last
