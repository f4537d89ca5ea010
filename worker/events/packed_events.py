"""
Packs events as they were received, to be kept: a fifth of their bytes, and each by itself.

What is packed begins with the number of its form. A form is never changed, as what was packed by
it is kept for years: another dictionary is another form.
"""

from __future__ import annotations

import zlib
from typing import Final

from worker.events.decode import EVENT_BYTES_MAX
from worker.failures import RefusedError

_AS_THEY_ARE: Final = b"\x00"
_DEFLATED: Final = b"\x01"

_WINDOW_BITS: Final = -12
"""4 KiB, and no header: the dictionary and an event are hardly longer."""
_MEMORY_LEVEL: Final = 5
_LEVEL: Final = 6

_COMPACT: Final = (
    b'"authorization_id":"","valid_from":"20","valid_through":"2025-12-31","status":"cancelled"'
    b'claim.finalized.v1review.completed.v1","decision":"approved","reason":"","reviewer_role":'
    b'"medical director","reviewer_id":"","level":"first""treatment.reported.v1""treatment_id":'
    b'"coverage.recorded.v1","time":"2025-01-01T05:00:00Z","data":{"member_id":"M-","plan_id":'
    b'"sample-","enrolled_from":"2024-01-01","enrolled_through":null}}{"specversion":"1.0","id":'
    b'"","source":"/","type":"imaging.reported.v1","time":"2025-06-20T12:00:00Z","data":{'
    b'"member_id":"M-","study_id":"S-","procedure":"70553","modifiers":[],"date_of_service":'
    b'"2025-06-","status":"performed","result":"limited","diagnoses":["C71.1"]}}{"specversion":'
    b'"1.0","id":"","source":"/","type":"claim.submitted.v1","time":"2025-06-20T12:00:00Z","data":'
    b'{"member_id":"M-","claim_id":"C-","frequency":"1","replaces":null,"claim_type":'
    b'"professional","plan_id":"sample-commercial","received_at":"2025-06-","place_of_service":'
    b'"22","diagnoses":["C71.1","R51.9"],"lines":[{"line":1,"procedure":"76390","modifiers":[],'
    b'"date_of_service":"2025-06-","diagnosis_pointers":[1],"units":1,"charge":"850.00",'
    b'"rendering_npi":"1","revenue_code":null}],"attestations":[{"kind":'
    b'"conventional_imaging_limited","date_of_service":"2025-","reference":"'
)
_SPACED: Final = _COMPACT.replace(b'":', b'": ').replace(b',"', b', "')
_DICTIONARY: Final = _SPACED + _COMPACT
"""What events have in common, as those write JSON who leave blanks out and who do not."""

_packer: Final = zlib.compressobj(
    _LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zdict=_DICTIONARY
)
"""It has read the dictionary, and each event begins with a copy of it."""


class NotPacked(RefusedError):
    """Bytes that are of no form, or damaged."""


def pack(event: bytes) -> bytes:
    """The bytes to keep."""
    packer = _packer.copy()
    packed = packer.compress(event) + packer.flush()
    return _DEFLATED + packed if len(packed) < len(event) else _AS_THEY_ARE + event


def unpack(kept: bytes) -> bytes:
    """The event as it was received; raises `NotPacked`. Nothing larger than an event comes out."""
    form, packed = kept[:1], kept[1:]
    if form == _AS_THEY_ARE:
        return packed
    if form != _DEFLATED:
        raise NotPacked("It has no form that this program knows.")
    unpacker = zlib.decompressobj(_WINDOW_BITS, zdict=_DICTIONARY)
    try:
        event = unpacker.decompress(packed, EVENT_BYTES_MAX + 1)
    except zlib.error as error:
        raise NotPacked("It is damaged.") from error
    if not unpacker.eof or unpacker.unused_data:
        raise NotPacked("It is cut off, or is no event alone.")
    return event
