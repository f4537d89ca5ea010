"""
Decodes the bytes of one event into what it states, or into a refusal that names every fault.

The JSON is parsed by pydantic, and `facts` reads each field once. A model would not compare two
fields once a third is malformed; a refusal must name such contradictions too.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
from pydantic_core import from_json

from rules.facts import Event
from rules.library_model import RemittanceCodes
from worker.events.context import Context
from worker.events.faults import WHOLE_EVENT, FieldFault, FieldFaults, shown
from worker.events.fields import Fields, is_identifier
from worker.events.plain import read_plain
from worker.events.refusals import RefusalReason
from worker.events.types import BY_NAME, EVENT_TYPES, event_type_of

EVENT_BYTES_MAX: Final = 256 * 1024

UNKNOWN_EVENT_TYPE: Final = "unknown"


class Refusal(NamedTuple):
    """An event that is not accepted: why, and what identifies it, as far as it can be read."""

    reason: RefusalReason
    """The first reason that applies, in the order of the contract."""
    faults: tuple[FieldFault, ...]
    """All faults, whichever reason comes first."""
    event_id: str | None
    source: str | None
    event_type: str
    """A name from the table of event types, or `unknown`."""
    member_id: str | None


def decode(raw: bytes, codes: RemittanceCodes) -> Event | Refusal:
    """
    What the event states, or every reason not to accept it; any bytes are valid input.

    A plain event is read at once (`plain`), anything else field by field. A reviewer's codes must
    be in force by `codes`. To decode an event that was accepted before, pass `EVERY_CODE`. Raises
    only what the lookup of codes raises.
    """
    if len(raw) > EVENT_BYTES_MAX:
        return _unread("TOO_LARGE", f"at most {EVENT_BYTES_MAX} bytes", f"{len(raw)} bytes")
    return read_plain(raw) or decode_by_field(raw, codes)


def decode_by_field(raw: bytes, codes: RemittanceCodes) -> Event | Refusal:
    """The same, one field after the other, whatever the event is like; it decides what is valid."""
    try:
        parsed = from_json(raw, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        return _not_json(raw, str(error))
    if type(parsed) is not dict:
        return _unread("NOT_AN_EVENT", _of_another_kind(parsed), shown(parsed))
    return _decode_object(parsed, codes)


def reused_identity(event: Event) -> Refusal:
    """The refusal of an event whose identity already belongs to another body."""
    return Refusal(
        reason="EVENT_ID_REUSED",
        faults=(
            FieldFault("id", "an id that stands for one body only", "another body came before it"),
        ),
        event_id=event.id,
        source=event.source,
        event_type=event_type_of(event.fact),
        member_id=event.member_id,
    )


def read_member_id(raw: bytes) -> str | None:
    """
    The event's member, or None if it cannot be read; the door needs nothing else.

    For every event that `decode` accepts, this is its member.
    """
    if len(raw) > EVENT_BYTES_MAX:
        return None
    try:
        member_id = _decode_member(_decode_data(raw).data).member_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return member_id if is_identifier(member_id) else None


class _Addressed(msgspec.Struct):
    """An event of which only the member is read."""

    data: msgspec.Raw


class _AddressedData(msgspec.Struct):
    member_id: Any = None


_decode_data: Final = msgspec.json.Decoder(_Addressed).decode
_decode_member: Final = msgspec.json.Decoder(_AddressedData).decode


def _decode_object(values: dict[str, Any], codes: RemittanceCodes) -> Event | Refusal:
    faults = FieldFaults()
    envelope = Fields(values, "", faults)
    envelope.one_of("specversion", ("1.0",))
    event_id = envelope.identifier("id")
    source = envelope.identifier("source")
    time = envelope.time("time")
    content = values.get("data")
    if type(content) is not dict:
        envelope.refuse("data", "an object")
    if not envelope.missing("data_base64"):
        envelope.refuse("data_base64", "nothing: send `data` as a JSON object, not encoded")
    envelope_faults = len(faults)

    event_type = values.get("type")
    if event_type not in EVENT_TYPES:
        envelope.refuse("type", " or ".join(f'"{known}"' for known in EVENT_TYPES))
        event_type = UNKNOWN_EVENT_TYPE
    elif type(content) is dict:
        data = Fields(content, "data.", faults)
        member_id = data.identifier("member_id")
        fact = BY_NAME[event_type].read(data, Context(time, codes))
        if not faults:
            return Event(member_id=member_id, id=event_id, source=source, time=time, fact=fact)
    return Refusal(
        reason=_reason(envelope_faults, event_type),
        faults=faults.named(),
        event_id=event_id or None,
        source=source or None,
        event_type=event_type,
        member_id=_member_id(content),
    )


def _of_another_kind(parsed: object) -> str:
    """What is expected instead of a JSON value that is no object."""
    if type(parsed) is list:
        return "one CloudEvent: send each event of a batch as an entry of its own"
    return "a JSON object: a CloudEvent"


def _reason(envelope_faults: int, event_type: str) -> RefusalReason:
    if envelope_faults:
        return "NOT_AN_EVENT"
    return "UNKNOWN_TYPE" if event_type == UNKNOWN_EVENT_TYPE else "INVALID_DATA"


def _member_id(content: object) -> str | None:
    member_id = content.get("member_id") if isinstance(content, dict) else None
    return member_id if is_identifier(member_id) else None


def _not_json(raw: bytes, problem: str) -> Refusal:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        found = f"byte {raw[error.start]:#04x} at position {error.start}"
        return _unread("NOT_UTF8", "text in UTF-8", found)
    return _unread("NOT_JSON", "JSON, nested at most 200 deep, without NaN or infinity", problem)


def _unread(reason: RefusalReason, expected: str, found: str) -> Refusal:
    fault = FieldFault(WHOLE_EVENT, expected, found)
    return Refusal(reason, (fault,), None, None, UNKNOWN_EVENT_TYPE, None)
