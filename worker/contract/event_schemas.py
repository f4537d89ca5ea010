"""The schema of each type of event: what its reader asks for, and what depends on what."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from worker.contract.document import DIALECT, schema_id
from worker.contract.patterns import BLANK, NOT_BLANK, Schema
from worker.contract.recorder import DEFINITIONS, SOME_DAY, FieldRecorder, reference
from worker.events.context import Context
from worker.events.facts import LINES_MAX
from worker.events.remittance import EVERY_CODE
from worker.events.types import BY_NAME, EventType

_NOT_BLANK: Final = {"type": "string", "pattern": NOT_BLANK}
_MISSING_OR_BLANK: Final = {"anyOf": [{"type": "string", "pattern": BLANK}, {"type": "null"}]}

BEYOND_THE_SCHEMA: Final[Mapping[str, str]] = {
    "bytes": "An event is at most 256 KiB, in UTF-8, nested at most 200 deep, without NaN.",
    "units": "Units have at most three decimals. (`multipleOf` would say it, but in binary "
    "floating point many validators would refuse 1.1.)",
    "range": "A number fits into a double; 1e999 is refused.",
    "order of days": "A line's date of service is not after `received_at`; that of a report or a "
    "treatment not after the day (UTC) of the event's `time`, nor is a treatment's end; a birth "
    "date is at most one day after it; a span does not end before it begins.",
    "other claim": "`replaces` does not name the claim itself.",
    "line numbers": "No two lines of a claim have the same number.",
    "pointers": "A pointer points to an entry of `diagnoses` that is not empty.",
    "codes in force": "A reviewer's `carc` and `rarc` are in force on the day (UTC) of the "
    "event's `time`.",
    "identity": "(`member_id`, `source`, `id`) stands for one body only.",
}
"""What the decoder refuses and a schema cannot, by a name for it."""


def event_schema(name: str) -> Schema:
    """The schema of a type of event, as it is sent."""
    return with_definitions(
        {
            "$schema": DIALECT,
            "$id": schema_id(name),
            "title": name,
            "description": "An event for the stream `mrs:events` (docs/contract.md, section 1).",
            "$comment": "Not said here: " + " ".join(BEYOND_THE_SCHEMA.values()),
            "type": "object",
            "required": ["specversion", "id", "source", "type", "time", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": reference("identifier"),
                "source": reference("identifier"),
                "type": {"const": name},
                "time": reference("time"),
                "data_base64": {"description": "Refused: `data` is an object.", "type": "null"},
                "traceparent": _anything(
                    "string",
                    "W3C Trace Context; carried into determinations. Ignored if malformed.",
                ),
                "tracestate": _anything("string", "As traceparent."),
                "data": data_schema(BY_NAME[name]),
            },
        }
    )


def with_definitions(schema: Schema) -> Schema:
    """The schema with those of the definitions that it refers to."""
    text = json.dumps(schema)
    used = [name for name in DEFINITIONS if f'"#/$defs/{name}"' in text]
    return schema | {"$defs": {name: DEFINITIONS[name] for name in used}}


def data_schema(event_type: EventType) -> Schema:
    """The `data` object of a type of event."""
    recorder = FieldRecorder()
    recorder.identifier("member_id")
    noon = datetime.combine(SOME_DAY, datetime.min.time(), UTC)
    event_type.read(recorder, Context(noon, EVERY_CODE))
    schema = recorder.schema()
    relate = _RELATIONS.get(event_type.name)
    if relate is not None:
        relate(schema)
    return schema


def _anything(meant: str | list[str], description: str) -> Schema:
    """A field that may hold anything; for those who generate types, what is meant stands first."""
    return {"description": description, "anyOf": [{"type": meant}, {}]}


def _relate_claim(data: Schema) -> None:
    """Frequency 7 and 8 need `replaces`; a line needs a procedure or a revenue code."""
    data["required"].remove("replaces")
    replaces = data["properties"]["replaces"]
    data["properties"]["replaces"] = _anything(
        ["string", "null"], "Needed with frequency 7 and 8, ignored with 1."
    )
    data["if"] = {"properties": {"frequency": {"enum": ["7", "8"]}}}
    data["then"] = {"required": ["replaces"], "properties": {"replaces": replaces}}
    lines = data["properties"]["lines"]
    lines |= {"minItems": 1, "maxItems": LINES_MAX}
    lines["items"]["anyOf"] = [
        {"required": [name], "properties": {name: _NOT_BLANK}}
        for name in ("procedure", "revenue_code")
    ]


def _relate_review(data: Schema) -> None:
    """Codes stand on a denial only, both kinds or neither; none of them is empty."""
    fields = data["properties"]
    fields["rarc"]["anyOf"][0]["items"] = reference("remittance")
    has_carc = {"required": ["carc"], "properties": {"carc": _NOT_BLANK}}
    has_rarc = {"required": ["rarc"], "properties": {"rarc": {"type": "array"}}}
    data["allOf"] = [
        {
            "if": {"properties": {"decision": {"const": "approved"}}},
            "then": {"properties": {"carc": _MISSING_OR_BLANK, "rarc": {"type": "null"}}},
        },
        {"if": has_carc, "then": has_rarc},
        {"if": has_rarc, "then": has_carc},
    ]


def _relate_treatment(data: Schema) -> None:
    """A treatment has a procedure or is a therapy."""
    data["anyOf"] = [
        {"required": [name], "properties": {name: _NOT_BLANK}} for name in ("procedure", "therapy")
    ]


_RELATIONS: Final[Mapping[str, Callable[[Schema], None]]] = {
    "claim.submitted.v1": _relate_claim,
    "treatment.reported.v1": _relate_treatment,
    "review.completed.v1": _relate_review,
}
