"""Ways to disturb what is recorded in Redis, as somebody could who can write there."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
from redis import Redis

from rules.facts import Event, Origin
from rules.history.record import Record
from rules.library_model import Library
from rules.member.member import NOTHING_YET, Member, Publication
from rules.member.open_member import apply
from worker.determinations.publish import event_of
from worker.events.encode import as_cloudevent
from worker.events.packed_events import pack, unpack
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import Keys
from worker.store.member_state import decode_member

Entry = tuple[str, bytes]
_decode = decode_member


class Tampering:
    """One member of an installation, within reach."""

    def __init__(self, redis: Redis, keys: Keys, member_id: str) -> None:
        self.redis: Any = redis
        self.keys = keys
        self.member_id = member_id

    # ------------------------------------------------------------------------------------ record

    @property
    def member(self) -> Member:
        return _decode(self.redis.get(self.keys.record(self.member_id))[STAMP_BYTES:])

    def put(self, member: Member) -> None:
        key = self.keys.record(self.member_id)
        stamp = self.redis.get(key)[:STAMP_BYTES]
        self.redis.set(key, stamp + msgspec.msgpack.encode(member))

    def change_record(self, change: Callable[[list[tuple[Origin, Any]]], None]) -> None:
        """Changes the list of entries; they are numbered anew, and the chain's end is left."""
        member = self.member
        entries = member.record.entries()
        change(entries)
        self.put(member._replace(record=_numbered(entries)))

    def write_chain_anew(self) -> None:
        member = self.member
        chain = NOTHING_YET
        for origin, _ in member.record.entries():
            chain = sha256(chain + origin.digest).digest()
        self.put(member._replace(chain=chain))

    # ---------------------------------------------------------------------------- determinations

    @property
    def published(self) -> list[Entry]:
        """The member's own entries of the stream, in its order."""
        return [entry for entry in self.stream() if _member_of(entry[1]) == self.member_id]

    def stream(self) -> list[Entry]:
        found = self.redis.xrange(self.keys.determinations)
        return [(entry_id.decode(), fields[b"event"]) for entry_id, fields in found]

    def write_stream(self, entries: list[Entry]) -> None:
        """A stream cannot be changed in place; whoever has the key can write it anew."""
        self.redis.delete(self.keys.determinations)
        for entry_id, event in sorted(entries, key=lambda entry: _number(entry[0])):
            self.redis.xadd(self.keys.determinations, {"event": event}, id=entry_id)

    def change_event(self, number: int, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes what the member's n-th determination says."""
        entry_id, event = self.published[number]
        said = msgspec.json.decode(event)
        change(said)
        self.replace_event(entry_id, msgspec.json.encode(said))

    def replace_event(self, entry_id: str, event: bytes) -> None:
        others = [entry for entry in self.stream() if entry[0] != entry_id]
        self.write_stream([*others, (entry_id, event)])

    def take_event(self, number: int) -> None:
        self.redis.xdel(self.keys.determinations, self.published[number][0])

    def take_from_index(self, number: int) -> None:
        self.redis.lrem(self.keys.index(self.member_id), 1, self.published[number][0])

    def write_links_anew(self) -> None:
        """Chains the member's determinations as they now are, up to the record."""
        previous: bytes | None = None
        for entry_id, event in self.published:
            said = msgspec.json.decode(event)
            said["data"]["digests"]["previous"] = previous and f"sha256:{previous.hex()}"
            changed = msgspec.json.encode(said)
            self.replace_event(entry_id, changed)
            previous = sha256(changed).digest()
        self.put(self.member._replace(previous=previous))

    def derive_all_anew(self, library: Library) -> None:
        """
        Publishes again, under the same ids and at the same times, what the record now leads to.

        The facts must lead to as many determinations, at the same versions, as before.
        """
        previous: bytes | None = None
        state = Member()
        derived: list[Publication] = []
        for origin, fact in self.member.record.entries():
            event = Event(self.member_id, origin.id, origin.source, origin.time, fact)
            applied = apply(state, event, origin.digest, library)
            state = applied.member
            derived += applied.publications
        for (entry_id, was), publication in zip(self.published, derived, strict=True):
            time = msgspec.json.decode(was)["time"]
            changed = event_of(publication, self.member_id, library, time=time, previous=previous)
            self.replace_event(entry_id, changed)
            previous = sha256(changed).digest()
        self.put(state._replace(previous=previous))

    # ----------------------------------------------------------------------- events as received

    @property
    def received(self) -> list[bytes]:
        return [unpack(each) for each in self.redis.lrange(self._received, 0, -1)]

    def receive(self, events: list[bytes]) -> None:
        """Writes anew what is kept of the events as they were received."""
        self.redis.delete(self._received)
        for event in events:
            self.redis.rpush(self._received, pack(event))

    def write_everything_anew(
        self, library: Library, change: Callable[[list[tuple[Origin, Any]]], None]
    ) -> None:
        """Another history that agrees with itself: facts, their bytes, digests and all links."""
        self.change_record(change)
        entries, events = [], []
        for origin, fact in self.member.record.entries():
            event = Event(self.member_id, origin.id, origin.source, origin.time, fact)
            events.append(msgspec.json.encode(as_cloudevent(event)))
            entries.append((origin._replace(digest=sha256(events[-1]).digest()), fact))
        self.put(self.member._replace(record=_numbered(entries)))
        self.receive(events)
        self.derive_all_anew(library)

    @property
    def _received(self) -> str:
        return self.keys.received(self.member_id)


def _numbered(entries: list[tuple[Origin, Any]]) -> Record:
    kinds: dict[str, list[Any]] = {name: [] for name in Record._fields}
    for number, (origin, fact) in enumerate(entries, 1):
        kinds[_FIELDS[type(fact).__name__]].append((origin._replace(sequence=number), fact))
    return Record(**{name: tuple(of_kind) for name, of_kind in kinds.items()})


_FIELDS = {
    "Claim": "claims",
    "Finalization": "finalizations",
    "Report": "reports",
    "Coverage": "coverages",
    "Treatment": "treatments",
    "Authorization": "authorizations",
    "Review": "reviews",
    "Person": "persons",
}


def _member_of(event: bytes) -> str | None:
    try:
        return msgspec.json.decode(event)["data"]["member_id"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None


def _number(entry_id: str) -> tuple[int, ...]:
    return tuple(map(int, entry_id.split("-")))
