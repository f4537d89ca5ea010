"""
A claim with one more attestation: the contract carries an attestation on a claim.

So the claim is sent again as a replacement (frequency 7), otherwise as it is, and the one that it
replaces ends as superseded. What persons decided of that one does not carry over (`rules.md` 4).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from rules.facts import Claim, Event
from worker.events.encode import as_cloudevent
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX

ATTESTATION_KIND: Final = "conventional_imaging_limited"
_ANY_TIME: Final = datetime(2025, 1, 1, tzinfo=UTC)


def attested(
    claim: Claim, member_id: str, attestation: dict[str, Any], digest: str, on: date
) -> dict[str, Any]:
    """
    The data of the claim that takes the place of a claim, received on a day.

    `digest` is the form's, from which the new claim's id is made.
    """
    again = claim._replace(
        claim_id=_new_id(claim.claim_id, digest),
        frequency="7",
        replaces=claim.claim_id,
        received_at=max(on, claim.received_at),
    )
    event = Event(member_id, "-", "-", _ANY_TIME, again)
    data: dict[str, Any] = as_cloudevent(event)["data"]
    data["attestations"] = [*data["attestations"], {"kind": ATTESTATION_KIND, **attestation}]
    return data


def _new_id(claim_id: str, digest: str) -> str:
    named = f"{claim_id}-A{digest[:8]}"
    return named if len(named) <= IDENTIFIER_CHARACTERS_MAX else f"attested-{digest[:40]}"
