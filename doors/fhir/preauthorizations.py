"""
A preauthorization as the event that a claim of it would be: for a preview, and never to be sent.

It has an id that no claim has, and is taken as received on the day of its last service, because a
service may be planned for a later day than that of the request.
"""

from __future__ import annotations

from doors.fhir.claims import read_claim
from doors.fhir.messages import ResourceOutcome, outcome_of_event, submitted
from doors.fhir.reading import ResourceReading

PREVIEWED: tuple[str, ...] = ("preauthorization", "predetermination")


def preview_outcome(reading: ResourceReading) -> ResourceOutcome:
    """What becomes of a Claim that asks what would be decided."""
    read = read_claim(reading)
    if read is None:
        return outcome_of_event(reading, None)
    data = dict(read.data)
    days = [line["date_of_service"] for line in data["lines"]]
    data |= {
        "claim_id": f"preview:{data['claim_id']}"[:256],
        "frequency": "1",
        "replaces": None,
        "received_at": max(data["received_at"], *days),
    }
    return outcome_of_event(reading, submitted(data, data["received_at"]), len(data["lines"]))
