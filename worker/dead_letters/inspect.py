"""Reads and selects dead letters: which event each one is and what is wrong with it."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec

from worker.dead_letters.build import is_command
from worker.dead_letters.sharded import DeadLetters, order_of
from worker.events.decode import UNKNOWN_EVENT_TYPE, Refusal, decode
from worker.events.faults import FieldFault
from worker.events.refusals import DeadLetterReason
from worker.events.remittance import EVERY_CODE
from worker.events.types import event_type_of
from worker.store.protocol import UNREAD, KeptDeadLetter, member_hash
from worker.store.stream_ids import id_before, milliseconds_of

INTERNAL_COMMAND: Final = "internal order"
"""Shown as the type of a dead letter that is no event."""

TO_DO: Final[Mapping[DeadLetterReason, str]] = {
    "TOO_LARGE": "The sender has to send less at a time; then discard this one.",
    "NO_EVENT_FIELD": "The sender has to put the event into the field `event`.",
    "NOT_UTF8": "The sender has to send UTF-8.",
    "NOT_JSON": "The sender has to send one JSON object an event, without NaN.",
    "NOT_AN_EVENT": "The sender has to send a CloudEvent (docs/contract.md, section 1).",
    "UNKNOWN_TYPE": "The sender has to use one of the eight types (docs/contract.md, section 1).",
    "INVALID_DATA": "The sender has to correct the data; the same event id may be used again.",
    "EVENT_ID_REUSED": "The sender has to give what is new an id of its own.",
    "ATTEMPTS_EXHAUSTED": "Mend what it died of (the workers' logs have the place), then redrive "
    "it: ops/runbooks/MrsEventsSetAside.md.",
}
"""What to do for each reason."""

_SAID = (
    *("event_id", "source", "attempts", "first_at", "last_at"),
    *("traceparent", "tracestate"),
)
_PAGE = 500


@dataclass(frozen=True)
class DeadLetterView:
    """One dead letter."""

    id: str
    fields: Mapping[bytes, bytes]

    @property
    def reason(self) -> str:
        """Why it became a dead letter."""
        return self.text(b"reason")

    @property
    def event(self) -> bytes | None:
        """The event's bytes as received; None for an entry without the field `event`."""
        return self.fields.get(b"event")

    @property
    def is_command(self) -> bool:
        """Whether it is an internal command and not an event."""
        return is_command(self.fields)

    @property
    def entry(self) -> Mapping[str, str]:
        """The fields of an entry without `event`; bytes that are not text are escaped."""
        return {
            _as_text(name): _as_text(value)
            for name, value in self.fields.items()
            if name.startswith(b"entry:") or name in (b"order", b"member")
        }

    @property
    def event_type(self) -> str:
        """One of the eight types, or `unknown`."""
        return INTERNAL_COMMAND if self.is_command else self._read[0]

    @property
    def member_id(self) -> str | None:
        """The event's member, as far as it can be read."""
        return self.text(b"member") if self.is_command else self._read[1]

    @cached_property
    def faults(self) -> tuple[FieldFault, ...]:
        """What is wrong with it; empty if another program wrote a detail that we cannot read."""
        try:
            detail: list[dict[str, Any]] = msgspec.json.decode(self.text(b"detail"))
            return tuple(FieldFault(**fault) for fault in detail)
        except (msgspec.DecodeError, TypeError):
            return ()

    def text(self, name: bytes) -> str:
        """One of its fields; empty if it has no such field."""
        return _as_text(self.fields.get(name, b""))

    def as_json(self, *, whole: bool = False) -> dict[str, Any]:
        """What is known of it; with `whole` also the event, in base64 if it is not text."""
        said: dict[str, Any] = {"id": self.id, "reason": self.reason, "type": self.event_type}
        said |= {"member_id": self.member_id}
        said |= {name: self.text(name.encode()) for name in _SAID}
        said["faults"] = [fault._asdict() for fault in self.faults]
        return said | self._contents() if whole else said

    def _contents(self) -> dict[str, Any]:
        if self.event is None:
            return {"event": None, "entry": dict(self.entry)}
        try:
            return {"event": self.event.decode()}
        except UnicodeDecodeError:
            return {"event_base64": b64encode(self.event).decode()}

    @cached_property
    def _read(self) -> tuple[str, str | None]:
        """Type and member."""
        if self.event is None:
            return UNKNOWN_EVENT_TYPE, None
        event = decode(self.event, EVERY_CODE)
        if isinstance(event, Refusal):
            return event.event_type, event.member_id
        return event_type_of(event.fact), event.member_id


class DeadLetterFilter(NamedTuple):
    """Selects dead letters: each given filter must match with one of its values."""

    reasons: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    since: int | None = None
    """Milliseconds: became a dead letter then or later."""
    until: int | None = None
    """Milliseconds: became a dead letter before then."""

    def includes(self, letter: DeadLetterView) -> bool:
        """Whether a dead letter is selected, apart from its time."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.sources or letter.text(b"source") in self.sources)
            and (not self.event_ids or letter.text(b"event_id") in self.event_ids)
            and (not self.types or letter.event_type in self.types)
            and (not self.members or letter.member_id in self.members)
        )


def matching(store: DeadLetters, wanted: DeadLetterFilter) -> Iterator[DeadLetterView]:
    """The selected dead letters, oldest first; may include ones added meanwhile."""
    ids = _ids_of(store, wanted.members) if wanted.members else None
    for kept in _all(store, wanted.since) if ids is None else _each(store, ids, wanted.since):
        if wanted.until is not None and milliseconds_of(kept.id) >= wanted.until:
            return
        letter = view_of(kept)
        if wanted.includes(letter):
            yield letter


def reasons_by_member(store: DeadLetters, member_ids: Iterable[str]) -> Mapping[str, Counter[str]]:
    """The number of dead letters by reason, for each member that has any."""
    wanted = DeadLetterFilter(members=frozenset(member_ids))
    found: dict[str, Counter[str]] = {}
    for letter in matching(store, wanted) if wanted.members else ():
        found.setdefault(str(letter.member_id), Counter())[letter.reason] += 1
    return found


def view_of(kept: KeptDeadLetter) -> DeadLetterView:
    """A stored dead letter, ready to be read."""
    return DeadLetterView(kept.id, kept.fields)


def _ids_of(store: DeadLetters, member_ids: Iterable[str]) -> list[str] | None:
    """
    Ids of possible dead letters of some members, oldest first; None if the store cannot tell.

    Those stored unread are included: only their bytes tell the member.
    """
    known = store.dead_letter_ids([*map(member_hash, member_ids), UNREAD])
    if known is None:
        return None
    return sorted({each for ids in known.values() for each in ids}, key=order_of)


def _all(store: DeadLetters, since: int | None) -> Iterator[KeptDeadLetter]:
    after = None if since is None else id_before(f"{since}-0")
    while page := store.dead_letters(after, _PAGE):
        yield from page
        after = page[-1].id


def _each(store: DeadLetters, ids: Iterable[str], since: int | None) -> Iterator[KeptDeadLetter]:
    for each in ids:
        kept = store.dead_letter(each) if since is None or milliseconds_of(each) >= since else None
        if kept is not None:
            yield kept


def _as_text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
