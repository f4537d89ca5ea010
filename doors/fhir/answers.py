"""A published determination as a ClaimResponse, for whoever reads them from files."""

from __future__ import annotations

import json
from typing import Any, Final

from doors.fhir import systems
from doors.fhir.responses import answer_to
from worker.contract.determination import DeterminedEvent

_ID_CHARACTERS_MAX: Final = 64
"""As FHIR has it; what is left of the digest in it tells determinations apart all the same."""


def response_to(event: DeterminedEvent) -> bytes:
    """
    The ClaimResponse on the line of one determination: the same bytes whenever it comes.

    A determination does not say of which type its claim was, so the answer has no code for it.
    """
    data = event.data
    answer = answer_to(
        _claim_of(data.member_id, data.claim_id),
        [data.model_dump(mode="json")],
        event_id=event.id,
        created=event.time,
        charges={},
    )
    answer["id"] = event.id[:_ID_CHARACTERS_MAX]
    return json.dumps(answer, sort_keys=True).encode() + b"\n"


def _claim_of(member_id: str, claim_id: str) -> dict[str, Any]:
    """What is known of the Claim that is answered."""
    number = {"coding": [{"system": systems.IDENTIFIER_TYPE, "code": "MB"}]}
    return {
        "type": {"coding": [{"system": systems.DATA_ABSENT, "code": "unknown"}]},
        "use": "claim",
        "patient": {"identifier": {"type": number, "value": member_id}},
        "identifier": [{"value": claim_id}],
    }
