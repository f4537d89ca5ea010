"""Events as a Python program gives them: bytes, texts, mappings or typed, in a collection."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import msgspec

from worker.events.typed import OutgoingEvent
from worker.failures import RefusedError


class NotEncodable(RefusedError):
    """An event has text that UTF-8 cannot write; the message says which event, by its number."""


def must_be_many(events: object, what: str) -> None:
    """Refuses a single event where a collection is wanted; `what` is the name of the function."""
    if isinstance(events, str | bytes | bytearray | memoryview | Mapping | OutgoingEvent):
        raise TypeError(
            f"{what} takes a list or another iterable of events, and got one {_kind(events)}. "
            f"Put a single event in a list: {what}([event])."
        )


def as_bytes(number: int, event: object) -> bytes:
    """Returns an event as it is sent; `number`: its place, for messages. Raises `NotEncodable`."""
    if isinstance(event, bytes):
        return event
    if isinstance(event, OutgoingEvent):
        return event.to_json()
    if not isinstance(event, str | Mapping):
        raise TypeError(
            f"Event {number} is one {_kind(event)}: bytes, str or a mapping is wanted, "
            "or a typed event."
        )
    # Raised outside the handler: the error of the encoder holds the whole text.
    with suppress(UnicodeEncodeError):
        return event.encode() if isinstance(event, str) else msgspec.json.encode(event)
    raise NotEncodable(f"Event {number} has half a surrogate pair, which UTF-8 cannot write.")


def _kind(value: object) -> str:
    return type(value).__name__
