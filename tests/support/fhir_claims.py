"""A Claim of FHIR R4 with some of its values changed, read as the door reads it."""

from __future__ import annotations

import copy
import json
from typing import Any

from doors.fhir import systems
from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import DoorTerms
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.fhir_messages import bundle_of, claim_of, concept, coverage_of, patient_of

TERMS = DoorTerms(
    plans={("P-9", "*"): "sample-medicaid", ("P-9", "MB"): "sample-medicare"}, salt=b"pepper"
)
CONDITION = {
    "resourceType": "Condition",
    "id": "d",
    "code": concept(systems.ICD_10_CM, "G40.119"),
    "subject": {"reference": "Patient/p"},
}


def parts() -> dict[str, dict[str, Any]]:
    event = event_of(CLAIM)
    return {
        "Claim": copy.deepcopy(claim_of(event)),
        "Coverage": coverage_of("M-1", "sample-commercial"),
        "Patient": patient_of("M-1"),
        "Condition": copy.deepcopy(CONDITION),
    }


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The message with values at some paths set otherwise; `...` takes one out."""
    given = parts()
    for path, value in changes:
        kind, *steps = path.split(".")
        at: Any = given[kind]
        *way, last = [int(step) if step.isdigit() else step for step in steps]
        for step in way:
            at = at[step]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    return bundle_of(*given.values())


def read(message: dict[str, Any]):
    (outcome,) = outcome_of(resource_in(encoded(message)), TERMS).resources
    return outcome


def data_of(*changes: tuple[str, Any]) -> dict[str, Any]:
    outcome = read(changed(*changes))
    assert () == outcome.faults
    return json.loads(outcome.event)["data"]


def faults_of(*changes: tuple[str, Any]) -> list[tuple[str, str]]:
    outcome = read(changed(*changes))
    assert outcome.event is None
    place = "Bundle.entry[0].resource"
    return [(fault.expression.removeprefix(f"{place}."), fault.text) for fault in outcome.faults]
