"""
The three streams as an AsyncAPI 3 document.

The Redis binding of AsyncAPI has no fields yet, so what it lacks stands under `x-redis-stream`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from worker.contract.dead_letter import DEAD_LETTER_DETAIL
from worker.contract.determination import DETERMINED
from worker.events.refusals import DEAD_LETTER_REASONS
from worker.events.types import EVENT_TYPES

ASYNCAPI: Final = "asyncapi"

_SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
_TITLE: Final = "Claim events in, determinations out"
_DEAD_LETTER: Final = "dead-letter"

_READING: Final = {
    "consumerGroup": "One of the reader's own: XGROUP CREATE <stream> <group> 0, then XREADGROUP.",
    "acknowledge": "XACK, once the entry has had its effect.",
    "delivery": "at least once",
}


def asyncapi_document(version: str) -> dict[str, Any]:
    """The document; messages refer to the schemas that lie beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": _TITLE, "version": version, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/cloudevents+json",
        "servers": {"redis": {"host": "localhost:6379", "protocol": "redis"}},
        "channels": {
            "events": _channel("events", EVENT_TYPES, _EVENTS_STREAM),
            "determinations": _channel("determinations", [DETERMINED], _DETERMINATIONS_STREAM),
            "deadLetters": _channel("dead-letters", [_DEAD_LETTER], _DEAD_LETTERS_STREAM),
        },
        "operations": {
            "decide": _operation("receive", "events", "Events are decided in their order."),
            "publish": _operation("send", "determinations", "New and changed determinations."),
            "putAside": _operation("send", "deadLetters", "What could not be processed."),
        },
        "components": {
            "messages": {
                **{name: _message(name, name) for name in (*EVENT_TYPES, DETERMINED)},
                _DEAD_LETTER: _message(_DEAD_LETTER, DEAD_LETTER_DETAIL),
            }
        },
    }


_EVENTS_STREAM: Final = {
    "field": "event",
    "add": "XADD <prefix>:events * event <json>; with replicas, WAIT after it",
    "onDoubt": "Send it again with the same source and id: a repeated event has one effect.",
    "order": "Events of one member are applied in the order of the stream.",
}
_DETERMINATIONS_STREAM: Final = {
    "field": "event",
    **_READING,
    "dropRepeatedBy": "id",
    "order": "Determinations of one member are in the order of their events.",
}
_DEAD_LETTERS_STREAM: Final = {
    "field": "detail",
    "fields": {
        "event": "The event's bytes as they came.",
        "reason": " | ".join(DEAD_LETTER_REASONS),
        "detail": "JSON: the faults (the payload of the message).",
        "attempts": "How often it was tried.",
        "first_at": "When it came.",
        "last_at": "When it was put aside.",
        "event_id": "Its id, if that could be read; else empty.",
        "source": "Its source, if that could be read; else empty.",
        "traceparent": "Its trace, where it has one; with tracestate.",
    },
    **_READING,
}


def _channel(stream: str, messages: Iterable[str], redis: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "address": f"{{prefix}}:{stream}",
        "parameters": {"prefix": {"default": "mrs", "description": "The setting MRS_PREFIX."}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"redis": {}},
        "x-redis-stream": redis,
    }


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _message(name: str, schema: str) -> dict[str, Any]:
    payload = {"schemaFormat": _SCHEMA_FORMAT, "schema": {"$ref": f"./{schema}.json"}}
    return {"name": name, "title": name, "payload": payload}
