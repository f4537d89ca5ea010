"""The answers to a file: TA1, 999 and 277CA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO

from doors.x12.acknowledgement_999 import acknowledgements_999
from doors.x12.claim_ack_277 import claim_acknowledgements, has_claims
from doors.x12.guide_check import guide_faults
from doors.x12.interchange_ack import interchange_acks
from doors.x12.reading import FileReading


def acknowledgements(
    reading: FileReading, source: IO[bytes], encoding: str, at: datetime
) -> Mapping[str, Iterable[bytes]]:
    """
    What goes back to the sender of a file, by the ending of its name: `ta1`, `999`, `277ca`.

    Each comes in pieces, so that memory does not grow with the claims. What has nothing to say is
    left out: of a file without an interchange there is nothing at all.
    `source` is the file that was read, from its beginning; it is compared with the maps of its
    guides. The same file at the same time gives the same bytes.
    """
    written: dict[str, Iterable[bytes]] = {
        "ta1": [interchange_acks(reading, at)],
        "999": acknowledgements_999(reading, guide_faults(source, encoding), at),
        "277ca": claim_acknowledgements(reading, at),
    }
    is_there = {
        "ta1": bool(reading.interchanges),
        "999": any(each.groups for each in reading.interchanges),
        "277ca": has_claims(reading),
    }
    return {ending: pieces for ending, pieces in written.items() if is_there[ending]}
