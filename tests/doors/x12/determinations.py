"""Determinations to answer, and the claims that they are of."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from doors.x12.claim_origin import ClaimOrigin, LineOrigin
from doors.x12.reading import Party
from doors.x12.segment_writer import Address
from tests.doors.x12.readings import BILLING, PATIENT, SUBMITTER
from worker.contract.determination import DeterminedEvent

PAYER = Party("2", "KEY INSURANCE", "", "", "", "PI", "999996666")
DIGEST = f"sha256:{'0' * 64}"


def line_origin(number: int = 1, **changed) -> LineOrigin:
    fields: dict[str, Any] = {
        "line": number,
        "procedure": "76390",
        "modifiers": ("26",),
        "revenue_code": "",
        "charge": Decimal("850.00"),
        "units": Decimal(1),
        "date_of_service": date(2025, 6, 16),
        "control_number": f"LINE-{number}",
    }
    return LineOrigin(**{**fields, **changed})


def claim_origin(*lines: LineOrigin, **changed) -> ClaimOrigin:
    lines = lines or (line_origin(),)
    fields: dict[str, Any] = {
        "claim_id": "C-1",
        "patient_control_number": "PAT-1",
        "sender": Address("ZZ", "SENDER", "SENDAPP"),
        "receiver": Address("ZZ", "RECEIVER", "RECAPP"),
        "usage": "P",
        "batch": "BATCH-1",
        "submitter": SUBMITTER,
        "payer": PAYER,
        "billing_provider": BILLING,
        "tax_id": "123456789",
        "subscriber": PATIENT,
        "patient": PATIENT,
        "filing_code": "CI",
        "facility": "11",
        "frequency": "1",
        "charge": sum((each.charge for each in lines), Decimal(0)),
        "first_day": date(2025, 6, 16),
        "last_day": date(2025, 6, 16),
        "lines": lines,
    }
    return ClaimOrigin(**{**fields, **changed})


def determined(outcome: str = "approved", line: int = 1, revision: int = 1, **changed) -> bytes:
    """A determination as it is in the stream."""
    data: dict[str, Any] = {
        "claim_id": "C-1",
        "member_id": "SPL-2",
        "line": line,
        "procedure": "76390",
        "revision": revision,
        "change": "initial",
        "outcome": outcome,
        "reason": "CRITERIA_MET",
        "section": "I",
        "group": None,
        "carc": None,
        "rarc": [],
        "needs": [],
        "due_on": None,
        "recommended": None,
        "post_payment_review": False,
        "decided_by": "rules",
        "review_ignored": None,
        "policy": {
            "id": "6.01.03",
            "version": "2025-03-17",
            "library": DIGEST,
            "program": f"0.2.0+{DIGEST}",
        },
        "review": None,
        "findings": [],
        "caused_by": {"source": "/edi/gateway", "id": "e-1"},
        "record_version": 1,
        "digests": {"record": DIGEST, "previous": None},
        **changed,
    }
    identity = f"{data['member_id']} {data['claim_id']} {line} {revision}"
    event = {
        "specversion": "1.0",
        "id": f"d-{sha256(identity.encode()).hexdigest()}",
        "source": "/mrs-adjudicator",
        "type": "claim.determined.v1",
        "time": "2025-07-01T12:00:00.000Z",
        "subject": data["claim_id"],
        "data": data,
    }
    return json.dumps(event).encode()


def denied(line: int = 1, group: str = "CO", carc: str = "272", **changed) -> bytes:
    """The denial of a line."""
    words = {"reason": "PET_EXCLUSIVE", "rarc": ["M86"], **changed}
    return determined("denied", line, group=group, carc=carc, **words)


def pended(*needs: str, **changed) -> bytes:
    """A line that waits for something."""
    asked = [{"code": code, "text": "It is needed."} for code in needs]
    return determined("pended", **{"needs": asked, "due_on": "2025-08-15", **changed})


def event_in(content: bytes) -> DeterminedEvent:
    return DeterminedEvent.model_validate_json(content, strict=True)
