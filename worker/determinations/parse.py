"""Reads a published determination back from its bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

_PREFIX = "sha256:"


class StreamedDetermination(NamedTuple):
    """A determination as it was found."""

    entry_id: str
    """Of its entry in the stream."""
    event: bytes


class _Policy(msgspec.Struct):
    library: str


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


class PublishedDetermination(NamedTuple):
    """A determination that can be read, with what an audit asks of it again and again."""

    found: StreamedDetermination
    digest: bytes
    """SHA-256 of its bytes: what the next one is chained to."""
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
    """d(version), as it says; None: it names no digest."""
    previous: bytes | None
    has_previous: bool
    """Whether it names one before it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """Claim, line and revision: no two determinations of a member have the same."""
        return (self.claim_id, self.line, self.revision)


_decode = msgspec.json.Decoder(_Envelope).decode


def read(found: StreamedDetermination) -> PublishedDetermination | None:
    """What it says; None where it cannot be read as a determination."""
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
    )


def named(digest: bytes) -> str:
    """A digest as it is written."""
    return f"{_PREFIX}{digest.hex()}"


def digest_of(text: str | None) -> bytes | None:
    """A digest that was written so; None for anything else."""
    if text is None or not text.startswith(_PREFIX):
        return None
    try:
        digest = bytes.fromhex(text.removeprefix(_PREFIX))
    except ValueError:
        return None
    return digest if named(digest) == text else None
