"""Rebuilds a member from the events that producers still hold and what the archive holds."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from rules.facts import Event
from rules.library_model import Library
from rules.member.member import Member, Publication, line_key
from rules.member.open_member import apply
from worker.determinations.data import ORDER_DEPENDENT
from worker.determinations.parse import PublishedDetermination, StreamedDetermination, read
from worker.determinations.publish import event_of, instant
from worker.events.decode import decode
from worker.events.packed_events import pack
from worker.store.stream_ids import number_of

Entry = tuple[str, bytes]
"""A determination in the archive: its stream id and its bytes."""

_OF_ITS_TIME: Final = frozenset({"digests", "policy"})
"""Fields that name the determination before, and the program that derived it."""


class RebuiltMember(NamedTuple):
    """A member as it was, as far as it is known."""

    member: Member
    received: tuple[bytes, ...]
    """Its events, packed."""
    determinations: tuple[str | bytes, ...]
    """In their order: the id of one in the archive, or the bytes of one to publish."""
    restated: bool
    """Whether the events lead to something else than was archived, so that lines are restated."""
    refused: int
    """Events that cannot be read."""


class _History(NamedTuple):
    """What the events lead to by themselves."""

    member: Member
    received: tuple[bytes, ...]
    publications: tuple[Publication, ...]
    refused: int


def rebuild(
    member_id: str, events: Sequence[bytes], archived: Sequence[Entry], library: Library, now: int
) -> RebuiltMember:
    """
    Applies the events in their order, as if nothing had been lost.

    Where they lead to what is archived, that is what was published. Otherwise what is archived
    stays, and each line that differs is published once more, with the next revision. `now`:
    milliseconds.
    """
    history = _apply_all(events, library)
    in_order = sorted(archived, key=lambda entry: number_of(entry[0]))
    told = [one for entry in in_order if (one := read(StreamedDetermination(*entry))) is not None]
    writer = _Writer(member_id, library, instant(now))
    by_key = {one.key: one for one in told}
    derived = {_key(publication) for publication in history.publications}
    is_the_same = by_key.keys() <= derived and all(
        writer.is_same(by_key[_key(each)], each)
        for each in history.publications
        if _key(each) in by_key
    )
    if is_the_same:
        for publication in history.publications:
            writer.add(publication, by_key.get(_key(publication)))
        member = history.member
    else:
        member = _restate(writer, history, told)
    return RebuiltMember(
        member._replace(previous=writer.previous),
        history.received,
        tuple(writer.determinations),
        not is_the_same,
        history.refused,
    )


def _apply_all(events: Sequence[bytes], library: Library) -> _History:
    member, refused = Member(), 0
    received: list[bytes] = []
    publications: list[Publication] = []
    for raw in events:
        event = decode(raw, library.remittance)
        if not isinstance(event, Event):
            refused += 1
            continue
        applied = apply(member, event, sha256(raw).digest(), library)
        if applied.recognition == "new":
            member = applied.member
            received.append(pack(raw))
            publications += applied.publications
    return _History(member, tuple(received), tuple(publications), refused)


def _restate(writer: _Writer, history: _History, told: Sequence[PublishedDetermination]) -> Member:
    """Keeps what is archived, and publishes each line's present state after it."""
    for one in told:
        writer.keep(one)
    last_told = {(one.claim_id, one.line): one for one in told}
    latest = {line_key(each.determination): each for each in history.publications}
    published = []
    for now in history.member.published:
        key = line_key(now)
        before = last_told.get(key)
        if before is None:
            writer.add(latest[key], None)
            published.append(now)
            continue
        is_as_told = writer.means_the_same(before, latest[key])
        kept = now._replace(revision=before.revision + (not is_as_told))
        published.append(kept)
        if not is_as_told:
            writer.add(latest[key]._replace(revision=kept.revision, now=kept), None)
    return history.member._replace(published=tuple(published))


class _Writer:
    """Writes the determinations of a member, each chained to the one before it."""

    def __init__(self, member_id: str, library: Library, time: str) -> None:
        self.determinations: list[str | bytes] = []
        self.previous: bytes | None = None
        self._member_id = member_id
        self._library = library
        self._time = time

    def add(self, publication: Publication, known: PublishedDetermination | None) -> None:
        """Adds one that is archived, or else publishes it."""
        if known is not None:
            self.keep(known)
            return
        event = self._event(publication, self.previous)
        self.determinations.append(event)
        self.previous = sha256(event).digest()

    def keep(self, known: PublishedDetermination) -> None:
        """Adds one that is archived."""
        self.determinations.append(known.found.entry_id)
        self.previous = known.digest

    def is_same(self, known: PublishedDetermination, publication: Publication) -> bool:
        """Whether a determination is the archived one, whichever program wrote it."""
        return self._data(known, publication, _OF_ITS_TIME)

    def means_the_same(self, known: PublishedDetermination, publication: Publication) -> bool:
        """Whether it only came about in another order."""
        return self._data(known, publication, _OF_ITS_TIME | ORDER_DEPENDENT)

    def _data(
        self, known: PublishedDetermination, publication: Publication, without: frozenset[str]
    ) -> bool:
        mine = self._event(publication, None)
        return _data_of(known.found.event, without) == _data_of(mine, without)

    def _event(self, publication: Publication, previous: bytes | None) -> bytes:
        return event_of(
            publication, self._member_id, self._library, time=self._time, previous=previous
        )


def _data_of(event: bytes, without: frozenset[str]) -> dict[str, Any]:
    data = msgspec.json.decode(event)["data"]
    version = data["policy"]["version"]
    record = None if "record_version" in without else data["digests"]["record"]
    kept = {name: value for name, value in data.items() if name not in without}
    return kept | {"policy version": version, "record digest": record}


def _key(publication: Publication) -> tuple[str, int, int]:
    determination = publication.determination
    return (determination.claim_id, determination.line, publication.revision)
