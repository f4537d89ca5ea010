"""Reads plain events at once, by typed structures; see `plain_data`."""

from __future__ import annotations

from typing import Final, Literal, Union

from msgspec import DecodeError, Struct, defstruct
from msgspec.json import Decoder

from rules.facts import Event
from worker.events.plain_data import PlainData
from worker.events.plain_values import PlainIdentifier, not_blank
from worker.events.times import read_time
from worker.events.types import TABLE


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The attributes of a CloudEvent that are plain; each type of event adds its data."""

    specversion: Literal["1.0"]
    id: PlainIdentifier
    source: PlainIdentifier
    time: str
    data: PlainData
    subject: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None


def _event_type(name: str, data: type[PlainData]) -> type[Struct]:
    return defstruct(
        data.__name__,
        [("data", data)],
        bases=(_Envelope,),
        tag_field="type",
        tag=name,
        frozen=True,
        forbid_unknown_fields=True,
        gc=False,
    )


_types: Final = [_event_type(each.name, each.plain) for each in TABLE]
_decode: Final = Decoder[_Envelope](Union[tuple(_types)]).decode  # noqa: UP007  # known when run


def read_plain(raw: bytes) -> Event | None:
    """
    What a plain event states; None if anything about it is out of the ordinary.

    `decode`, which has looked at the size, reads the same event from the same bytes by its fields.
    """
    try:
        event = _decode(raw)
        time = read_time(event.time)
        if time is None:
            return None
        not_blank(event.id, event.source, event.data.member_id)
        return Event(event.data.member_id, event.id, event.source, time, event.data.fact(time))
    except (DecodeError, ValueError):
        return None
