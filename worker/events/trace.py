"""
Reads the trace that an event belongs to: the CloudEvents extension for distributed tracing.

It is carried on and never decided by: what is malformed is ignored, as W3C Trace Context demands.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import msgspec

from worker.events.decode import EVENT_BYTES_MAX

STATE_CHARACTERS_MAX: Final = 512

_NAMED: Final = b'"traceparent"'
_PARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
_STATE: Final = re.compile(rf"[\x20-\x7e]{{1,{STATE_CHARACTERS_MAX}}}")


class TraceContext(NamedTuple):
    """The trace of an event, as its producer wrote it."""

    traceparent: str
    tracestate: str | None = None

    @property
    def trace_id(self) -> str:
        """What all parts of the trace have in common: 32 hexadecimal digits."""
        return self.traceparent[3:35]

    @property
    def is_sampled(self) -> bool:
        """Whether its producer says that the trace is recorded: the last bit of the flags."""
        return int(self.traceparent[-2:], 16) & 1 == 1


class _Traced(msgspec.Struct):
    traceparent: Any = None
    tracestate: Any = None


_decode = msgspec.json.Decoder(_Traced).decode


def read_trace(raw: bytes | None) -> TraceContext | None:
    """The trace of an event as received; None if it has none, or none that can be read."""
    if raw is None or _NAMED not in raw or len(raw) > EVENT_BYTES_MAX:
        return None
    try:
        found = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return trace_of(found.traceparent, found.tracestate)


def trace_of(traceparent: object, tracestate: object) -> TraceContext | None:
    """The trace of these attributes; a state that cannot be read is left out."""
    if not isinstance(traceparent, str) or not _PARENT.fullmatch(traceparent):
        return None
    has_state = isinstance(tracestate, str) and _STATE.fullmatch(tracestate)
    return TraceContext(traceparent, str(tracestate) if has_state else None)


def trace_attributes(trace: TraceContext | None) -> dict[str, str]:
    """The attributes to write into an event that is part of the trace."""
    if trace is None:
        return {}
    return {name: value for name, value in trace._asdict().items() if value is not None}
