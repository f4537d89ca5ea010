"""
ClaimResponses: what was decided of a Claim, or that it waits.

Group, CARC and RARC stand as codings in the reason of each item's adjudication, our own outcome and
reason beside them. Nothing is priced: the only amount is the one that was submitted. What is said
of a denial is its codes and which criterion was not met, and nothing of what others reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doors.fhir import systems
from doors.fhir.needs import requests_for
from worker.determinations.data import DataView

OUR_OUTCOME: Final = "urn:mrs-adjudicator:outcome"
OUR_REASON: Final = "urn:mrs-adjudicator:reason"
OUR_EVENT: Final = "urn:mrs-adjudicator:event"

_PAS: Final = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition"
REVIEW_ACTION: Final = f"{_PAS}/extension-reviewAction"
REVIEW_ACTION_CODE: Final = f"{_PAS}/extension-reviewActionCode"
X12_ACTIONS: Final = "https://codesystem.x12.org/005010/306"
_ACTIONS: Final = {"approved": "A1", "denied": "A3", "pended": "A4"}
"""Certified, not certified, pended; a line that is not ours to decide has none."""

_DISPOSITIONS: Final = (
    ("pended", "Pended: see the requests for what is needed."),
    ("denied", "Denied, in whole or in part."),
    ("approved", "Approved; pricing is not part of this answer."),
    ("not_applicable", "No line is decided by this policy."),
)
"""The first that one of the lines has."""

PENDED_HERE: Final = "Pended: it waits for us, and nothing is asked of the requester."

PREVIEW: Final = "Preview: no determination, and nothing was recorded."


def answer_to(
    claim: Mapping[str, Any],
    determined: Sequence[DataView],
    *,
    event_id: str,
    created: str,
    charges: Mapping[int, str],
    preview: str | None = None,
) -> dict[str, Any]:
    """
    The answer to a Claim as it came; without determinations it says that the Claim waits.

    `charges`: what was submitted for each line. `preview`: a sentence on what a preview looked at;
    None: the determinations hold.
    """
    answer = _head(claim, event_id, created)
    if not determined:
        return {**answer, "outcome": "queued", "disposition": "Received; it waits to be decided."}
    requests = requests_for(determined, _patient(claim))
    said = next(text for outcome, text in _DISPOSITIONS if _has(determined, outcome))
    if _has(determined, "pended") and not requests:
        said = PENDED_HERE
    answer |= {
        "outcome": "complete",
        "disposition": f"{PREVIEW} {said}" if preview else said,
        "item": [_item(data, charges, is_preview=preview is not None) for data in determined],
        "processNote": _notes(determined, preview),
        "contained": requests,
        "communicationRequest": [{"reference": f"#{each['id']}"} for each in requests],
    }
    return {name: value for name, value in answer.items() if value != []}


def _head(claim: Mapping[str, Any], event_id: str, created: str) -> dict[str, Any]:
    identifiers = claim.get("identifier") or []
    request = {"identifier": identifiers[0]} if identifiers else {"display": "the Claim that came"}
    return {
        "resourceType": "ClaimResponse",
        "identifier": [{"system": OUR_EVENT, "value": event_id}],
        "status": "active",
        "type": claim["type"],
        "use": claim["use"],
        "patient": _patient(claim),
        "created": created,
        "insurer": claim.get("insurer") or {"display": "the payer to which the Claim was sent"},
        "request": request,
    }


def _patient(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reference of the Claim, where it can be followed from outside of the Claim."""
    patient: Mapping[str, Any] = claim["patient"]
    is_inside = str(patient.get("reference", "")).startswith("#")
    return {"display": "the patient of the Claim"} if is_inside else patient


def _item(data: DataView, charges: Mapping[int, str], *, is_preview: bool) -> dict[str, Any]:
    adjudication: dict[str, Any] = {
        "category": {"coding": [{"system": systems.ADJUDICATION, "code": "submitted"}]},
        "reason": {"coding": _codes_of(data)},
    }
    if data["line"] in charges:
        adjudication["amount"] = {"value": float(charges[data["line"]]), "currency": "USD"}
    if is_preview and data["outcome"] in _ACTIONS:
        adjudication["extension"] = [_review_action(data["outcome"])]
    return {
        "itemSequence": data["line"],
        "noteNumber": [data["line"]],
        "adjudication": [adjudication],
    }


def _codes_of(data: DataView) -> list[dict[str, str]]:
    coded = (
        (systems.GROUP, [data["group"]]),
        (systems.CARC, [data["carc"]]),
        (systems.RARC, data["rarc"]),
        (OUR_OUTCOME, [data["outcome"]]),
        (OUR_REASON, [data["reason"]]),
    )
    return [{"system": system, "code": code} for system, codes in coded for code in codes if code]


def _review_action(outcome: str) -> dict[str, Any]:
    code = {"coding": [{"system": X12_ACTIONS, "code": _ACTIONS[outcome]}]}
    return {
        "url": REVIEW_ACTION,
        "extension": [{"url": REVIEW_ACTION_CODE, "valueCodeableConcept": code}],
    }


def _notes(determined: Sequence[DataView], preview: str | None) -> list[dict[str, Any]]:
    notes = [
        {"number": data["line"], "type": "display", "text": _note(data)} for data in determined
    ]
    if preview:
        notes.append({"type": "display", "text": f"{PREVIEW} {preview}"})
    return notes


def _note(data: DataView) -> str:
    """The outcome of a line, and of a criterion that stood against it the name and section."""
    said = f"Line {data['line']}: {data['outcome']}, {data['reason']}."
    against = [each for each in data["findings"] if each["answer"] == "not_met"]
    if against and data["outcome"] == "denied":
        said += f" Not met: {against[0]['criterion']} ({against[0]['section']})."
    version = data["policy"]["version"]
    return f"{said} Policy {data['policy']['id']}, version {version}." if version else said


def _has(determined: Sequence[DataView], outcome: str) -> bool:
    return any(data["outcome"] == outcome for data in determined)
