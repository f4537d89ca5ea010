"""
A request for what a requester can supply, as a CommunicationRequest for each need.

Documents are named by LOINC where `data/needs.csv` has a code; the others by our own code alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from worker.determinations.data import DataView

OUR_NEED: Final = "urn:mrs-adjudicator:need"
LOINC: Final = "http://loinc.org"


OUR_OWN: Final = frozenset({"plan_enrollment", "member_record", "applied_authority", "review"})
"""What the payer finds out for itself: nobody is asked for it."""


@cache
def loinc_of_needs() -> Mapping[str, str]:
    """The code of the document that a need is for; a need without one asks for no document."""
    text = (files("doors.fhir") / "data" / "needs.csv").read_text("utf-8")
    return {row["need"]: row["loinc"] for row in csv.DictReader(text.splitlines())}


def requests_for(
    determined: Sequence[DataView], patient: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """One for each need of each line that pends and that the requester can supply."""
    pended = [data for data in determined if data["outcome"] == "pended"]
    return [
        _request(number, data, need, patient)
        for number, (data, need) in enumerate(_needs_of(pended), 1)
    ]


def _needs_of(pended: Sequence[DataView]) -> Iterator[tuple[DataView, Mapping[str, str]]]:
    for data in pended:
        for need in data["needs"]:
            if need["code"] not in OUR_OWN:
                yield data, need


def _request(
    number: int, data: DataView, need: Mapping[str, str], patient: Mapping[str, Any]
) -> dict[str, Any]:
    codes = [{"system": OUR_NEED, "code": need["code"]}]
    loinc = loinc_of_needs().get(need["code"])
    if loinc:
        codes.insert(0, {"system": LOINC, "code": loinc})
    request: dict[str, Any] = {
        "resourceType": "CommunicationRequest",
        "id": f"need-{number}",
        "status": "active",
        "subject": dict(patient),
        "payload": [{"contentString": f"Line {data['line']}: {need['text']}"}],
        "reasonCode": [{"coding": codes}],
    }
    if data["due_on"]:
        request["occurrencePeriod"] = {"end": data["due_on"]}
    return request
