"""
277 of guide 005010X213: asks for the documents that a pended line waits for.

pyx12 has no map of this guide, so unlike our other answers it is checked by no validator. The
syntax that the claims attachment rule asks for from 2028 on (006020X313) is not written, and has
not been verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from doors.x12.claim_origin import ClaimOrigin, LineOrigin
from doors.x12.claim_status_277 import UNKNOWN, names_of, service
from doors.x12.segment_writer import OutgoingSet, segment

GUIDE: Final = "005010X213"

_REQUEST: Final = "R4"
"""STC01-1: more documents are asked for."""
_LOINC_LIST: Final = "LOI"
"""STC01-4: the code of STC01-2 is LOINC."""


def request_set(
    claim: ClaimOrigin,
    line: LineOrigin | None,
    codes: Sequence[str],
    due_on: date | None,
    trace: str,
    at: datetime,
) -> OutgoingSet:
    """
    A request for what `codes` (LOINC) stand for; `line`: None where nothing is known of it.

    `trace` is what the documents come back under.
    """
    asked = [segment("STC", (_REQUEST, code, None, _LOINC_LIST), at.date()) for code in codes]
    body = [
        segment("BHT", "0085", "13", trace, f"{at:%Y%m%d}", f"{at:%H%M}"),
        *_parties(claim),
        segment("TRN", 1, trace),
        *([] if line else asked),
        segment("REF", "EJ", claim.patient_control_number or UNKNOWN),
        segment("REF", "1K", claim.claim_id),
        *_days("472", claim.first_day),
        *_days("106", due_on),
        *(_of_line(line, asked) if line else ()),
    ]
    return OutgoingSet("277", body)


def _parties(claim: ClaimOrigin) -> Iterator[str]:
    provider, submitter = claim.billing_provider, claim.submitter
    patient = claim.patient._replace(kind="1")
    member = patient.id or claim.subscriber.id or UNKNOWN
    payer = claim.payer
    yield segment("HL", 1, None, "20", 1)
    yield segment("NM1", "PR", *names_of(payer._replace(kind="2")), "PI", payer.id or UNKNOWN)
    yield segment("HL", 2, 1, "21", 1)
    yield segment("NM1", "41", *names_of(submitter), "46", submitter.id or UNKNOWN)
    yield segment("HL", 3, 2, "19", 1)
    yield segment("NM1", "1P", *names_of(provider), "XX", provider.id or UNKNOWN)
    yield segment("HL", 4, 3, "PT")
    yield segment("NM1", "QC", *names_of(patient), "MI", member)


def _of_line(line: LineOrigin, asked: Sequence[str]) -> Iterator[str]:
    yield segment("SVC", service(line), line.charge, None, None, None, None, line.units)
    yield from asked
    yield segment("REF", "FJ", line.control_number or line.line)
    yield from _days("472", line.date_of_service)


def _days(qualifier: str, day: date | None) -> Iterator[str]:
    if day:
        yield segment("DTP", qualifier, "D8", day)
