"""Reads a published determination back from its bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from worker.events.trace import TraceContext, trace_of

_PREFIX = "sha256:"


class StreamedDetermination(NamedTuple):
    """A determination as it was found in the stream."""

    entry_id: str
    """Id of its entry in the stream."""
    event: bytes


class _Policy(msgspec.Struct):
    library: str
    program: str | None = None


class _Digests(msgspec.Struct):
    record: str
    previous: str | None


class _Data(msgspec.Struct):
    claim_id: str
    member_id: str
    line: int
    revision: int
    outcome: str
    reason: str
    record_version: int
    caused_by: dict[str, Any]
    policy: _Policy
    digests: _Digests


class _Envelope(msgspec.Struct):
    id: str
    time: str
    data: _Data
    traceparent: Any = None
    tracestate: Any = None


class PublishedDetermination(NamedTuple):
    """A parsed determination, with the values that an audit needs repeatedly."""

    found: StreamedDetermination
    digest: bytes
    """SHA-256 of its bytes, to which the next one is chained."""
    id: str
    time: str
    member_id: str
    claim_id: str
    line: int
    revision: int
    outcome: str
    reason: str
    version: int
    """How many events its record held."""
    library: str
    caused_by: tuple[str, str] | None
    """Source and id of an event; None: a library."""
    record: bytes | None
    """Its record digest d(version); None if it names no digest."""
    previous: bytes | None
    has_previous: bool
    """Whether it names a previous determination."""
    program: str | None
    """The one that derived it; None: it is of before programs named themselves."""
    trace: TraceContext | None = None
    """That of the event which caused it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """Claim, line and revision: unique among the determinations of a member."""
        return (self.claim_id, self.line, self.revision)


_decode = msgspec.json.Decoder(_Envelope).decode


def read(found: StreamedDetermination) -> PublishedDetermination | None:
    """The parsed determination; None if it is not readable as one."""
    try:
        envelope = _decode(found.event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    data = envelope.data
    source, event_id = data.caused_by.get("source"), data.caused_by.get("id")
    return PublishedDetermination(
        found=found,
        digest=sha256(found.event).digest(),
        id=envelope.id,
        time=envelope.time,
        member_id=data.member_id,
        claim_id=data.claim_id,
        line=data.line,
        revision=data.revision,
        outcome=data.outcome,
        reason=data.reason,
        version=data.record_version,
        library=data.policy.library,
        caused_by=(source, event_id)
        if isinstance(source, str) and isinstance(event_id, str)
        else None,
        record=digest_of(data.digests.record),
        previous=digest_of(data.digests.previous),
        has_previous=data.digests.previous is not None,
        program=data.policy.program,
        trace=trace_of(envelope.traceparent, envelope.tracestate),
    )


def named(digest: bytes) -> str:
    """A digest in its published form."""
    return f"{_PREFIX}{digest.hex()}"


def digest_of(text: str | None) -> bytes | None:
    """The digest of such a text; None for anything else."""
    if text is None or not text.startswith(_PREFIX):
        return None
    try:
        digest = bytes.fromhex(text.removeprefix(_PREFIX))
    except ValueError:
        return None
    return digest if named(digest) == text else None
