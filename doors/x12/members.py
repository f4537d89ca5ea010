"""Who the patient of a claim is: one id for each person, and never one for two."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Final

from doors.x12.claim_faults import claim_fault
from doors.x12.dates import day_of
from doors.x12.loops import ClaimLoop, Insured
from doors.x12.reading import ClaimFault

MADE_ID_PREFIX: Final = "dep-"
_MADE_ID_BYTES: Final = 20


def member_id_of(claim: ClaimLoop, salt: bytes) -> str | ClaimFault:
    """
    The member id of a claim's patient, or why there is none.

    A subscriber has its own. A dependent has its own where the file gives one (NM109 of 2010CA,
    else REF*1W) that is not the subscriber's; else it is made from the subscriber's id and the
    dependent's full name, birth date and sex, by a hash with the salt.
    """
    subscriber_id = claim.subscriber.party.id
    if not claim.has_patient:
        return claim_fault("PATIENT_MISSING")
    if claim.patient is None:
        return subscriber_id or claim_fault("SUBSCRIBER_ID_MISSING")
    for own in (claim.patient.party.id, claim.patient.member_number):
        if own and own != subscriber_id:
            return own
    if claim.is_in_doubt:
        return claim_fault("SUBSCRIBER_IN_DOUBT")
    if not subscriber_id:
        return claim_fault("SUBSCRIBER_ID_MISSING")
    return _made_id(subscriber_id, claim.patient, salt)


def _made_id(subscriber_id: str, person: Insured, salt: bytes) -> str | ClaimFault:
    party = person.party
    if not (party.last and party.first):
        return claim_fault("PATIENT_NAME_MISSING")
    if not person.birth:
        return claim_fault("PATIENT_BIRTH_DATE_MISSING")
    birth = day_of(person.birth)
    if birth is None:
        return claim_fault("PATIENT_BIRTH_DATE_INVALID")
    names = (party.last, party.first, party.middle, party.suffix)
    told = [subscriber_id, *map(_compared, names), birth, person.sex.upper()]
    digest = blake2b(json.dumps(told).encode(), key=salt, digest_size=_MADE_ID_BYTES)
    return f"{MADE_ID_PREFIX}{digest.hexdigest()}"


def _compared(name: str) -> str:
    """A name however its letters and blanks are written."""
    return " ".join(name.upper().split())
