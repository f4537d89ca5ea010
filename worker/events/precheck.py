"""Checks events before they are sent, as `decide` does, without deciding any."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from rules.facts import Event
from rules.library_model import RemittanceCodes
from worker.events.decode import Refusal, decode, reused_identity
from worker.events.types import event_type_of


class IdentityCheck:
    """Remembers a digest of the body for each identity, about a hundred bytes per event."""

    def __init__(self, codes: RemittanceCodes) -> None:
        self._codes = codes
        self._bodies: dict[tuple[str, str, str], bytes] = {}

    def refusal_of(self, raw: bytes) -> Refusal | None:
        """Why an event would be refused, given the events checked before it; None if accepted."""
        event = decode(raw, self._codes)
        if isinstance(event, Refusal):
            return event
        body = _digest(event)
        known = self._bodies.setdefault((event.member_id, event.source, event.id), body)
        return None if known == body else reused_identity(event)


def _digest(event: Event) -> bytes:
    """A digest that is equal for bodies that are equal after parsing (`contract.md` 1)."""
    body = (event_type_of(event.fact), event.time, event.fact)
    return sha256(msgspec.msgpack.encode(body)).digest()
