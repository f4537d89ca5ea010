"""The sample day with its claims as 837 files, for `adjudicator demo --x12`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from doors.x12.files import read_file
from doors.x12.segment_writer import (
    Address,
    Envelope,
    OutgoingGroup,
    OutgoingSet,
    interchange,
    segment,
)
from doors.x12.terms import ReadingTerms
from rules.loading.files import SHIPPED
from rules.loading.payers import load_payers
from worker.determinations.data import Data

_SENDER: Final = Address("ZZ", "SAMPLEDAY", "SAMPLEDAY")
_RECEIVER: Final = Address("ZZ", "ADJUDICATOR", "ADJUDICATOR")
_GUIDES: Final = {"professional": "005010X222A1", "institutional": "005010X223A2"}
_SALT: Final = b"the sample day"


def through_x12(events: Sequence[bytes]) -> tuple[list[bytes], int]:
    """
    The same events with each claim written as an 837 and read again, and how many those are.

    What an 837 cannot say stays as it is: reports, coverage, reviews, claims with attestations.
    A replacement gets an id of its own, so what names it later is told that id.
    """
    terms = ReadingTerms(load_payers(SHIPPED), _SALT)
    payers = {plan: payer for payer, plan in reversed([*terms.payers.plan_ids.items()])}
    ids: dict[str, str] = {}
    through: list[bytes] = []
    claims = 0
    for number, event in enumerate(map(json.loads, events), 1):
        data = event["data"]
        if event["type"] == "claim.submitted.v1" and not data.get("attestations"):
            claims += 1
            for read in _read(_as_837(data, event["time"], number, payers, ids), terms):
                ids[data["claim_id"]] = json.loads(read)["data"]["claim_id"]
                through.append(read)
        else:
            known = ids.get(data.get("claim_id"), data.get("claim_id"))
            renamed = {**data, "claim_id": known} if known else data
            through.append(json.dumps({**event, "data": renamed}).encode())
    return through, claims


def _read(content: bytes, terms: ReadingTerms) -> Iterator[bytes]:
    with read_file(io.BytesIO(content), "sample.837", terms) as reading:
        yield from reading.events()


def _as_837(
    data: Data,
    time: str,
    number: int,
    payers: Mapping[str, tuple[str, str]],
    ids: Mapping[str, str],
) -> bytes:
    """A claim as an interchange of its own."""
    at = datetime.fromisoformat(time)
    guide = _GUIDES[data["claim_type"]]
    segments = [*_above(data, payers), *_claim(data, ids)]
    for line in data["lines"]:
        segments += _line(line, is_professional=data["claim_type"] == "professional")
    group = OutgoingGroup("HC", guide, [OutgoingSet("837", segments)])
    return interchange(Envelope(_SENDER, _RECEIVER, at, number), [group])


def _above(data: Data, payers: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """What a claim stands in: who sends and bills it, the subscriber, and the payer."""
    payer, filing = payers.get(data["plan_id"], (data["plan_id"], "*"))
    yield segment("BHT", "0019", "00", data["claim_id"], "20250716", "0800", "CH")
    yield segment("NM1", "41", "2", "SAMPLE SENDER", *[None] * 4, "46", "SAMPLEDAY")
    yield segment("NM1", "40", "2", "SAMPLE RECEIVER", *[None] * 4, "46", "ADJUDICATOR")
    yield segment("HL", 1, None, "20", 1)
    yield segment("NM1", "85", "2", "SAMPLE CLINIC")
    yield segment("HL", 2, 1, "22", 0)
    yield segment("SBR", "P", "18", *[None] * 6, "CI" if filing == "*" else filing)
    yield segment("NM1", "IL", "1", "SAMPLE", "MEMBER", None, None, None, "MI", data["member_id"])
    yield segment("NM1", "PR", "2", "SAMPLE PAYER", *[None] * 4, "PI", payer)


def _claim(data: Data, ids: Mapping[str, str]) -> Iterator[str]:
    is_professional = data["claim_type"] == "professional"
    place = data.get("place_of_service") or ("11" if is_professional else "13")
    charge = sum((Decimal(line.get("charge") or 0) for line in data["lines"]), Decimal(0))
    named = data["replaces"] if data["frequency"] in ("7", "8") else data["claim_id"]
    facility = (place, "B" if is_professional else "A", data["frequency"])
    yield segment("CLM", data["claim_id"], charge, None, None, facility, "Y", "A", "Y", "Y")
    yield segment("REF", "F8", ids.get(named, named))
    for order, code in enumerate(filter(None, data["diagnoses"])):
        yield segment("HI", ("ABF" if order else "ABK", code.replace(".", "")))


def _line(line: Data, *, is_professional: bool) -> Iterator[str]:
    procedure = line.get("procedure")
    modifiers = line.get("modifiers") or ()
    composite = ("HC", procedure, *modifiers) if procedure else None
    amounts = (Decimal(line.get("charge") or 0), "UN", Decimal(str(line.get("units") or 1)))
    yield segment("LX", line["line"])
    if is_professional:
        pointers = tuple(line.get("diagnosis_pointers") or ())
        yield segment("SV1", composite, *amounts, None, None, pointers)
    else:
        yield segment("SV2", line.get("revenue_code"), composite, *amounts)
    day = date.fromisoformat(line["date_of_service"])
    yield segment("DTP", "472", "D8", f"{day:%Y%m%d}")
    if line.get("rendering_npi"):
        yield segment("NM1", "82", "1", "SAMPLE", *[None] * 4, "XX", line["rendering_npi"])
