"""What the worker asks of a store, in its own words; `memory.py` and `redis.py` answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol

from worker.events.refusals import DeadLetterReason
from worker.store.keys import Place


class Compatibility(NamedTuple):
    """What all workers of an installation must agree on."""

    lanes: int
    generation: int
    digest: str


def compatibility_in(meta: Mapping[str, str]) -> Compatibility | None:
    """What the meta key says: the number of lanes, and the newest library that was used."""
    prefix = "generation:"
    known = [int(name.removeprefix(prefix)) for name in meta if name.startswith(prefix)]
    if not known or "lanes" not in meta:
        return None
    return Compatibility(int(meta["lanes"]), max(known), meta[f"{prefix}{max(known)}"])


class Command(NamedTuple):
    """An internal order in a lane; it is no event and is counted apart."""

    name: str
    member_id: str


class QueueEntry(NamedTuple):
    """One entry of the door or of a lane."""

    id: str
    arrived_at: int
    """Milliseconds: when it came to the door."""
    event: bytes | None
    """The bytes as they came; None of an order, or of what came without the field `event`."""
    attempts: int = 0
    """How often it was tried alone."""
    order: Command | None = None
    loose: bytes = b""
    """Names and values of an entry at the door that came without the field `event`."""


class Lease(NamedTuple):
    """The right to work at a place, until it runs out."""

    place: Place
    token: str
    milliseconds: int
    takes: int
    """How often it was taken since work there was last finished, with this time."""


class Stored(NamedTuple):
    """A member's state as it is in the store."""

    stamp: int
    """Which writing of it this is; 0: there is none yet."""
    body: bytes | None


class Loaded(NamedTuple):
    """What was read of members: of as many as the bytes allowed, in the order asked for."""

    now: int
    """Milliseconds: the time that a determination written now carries."""
    members: tuple[Stored, ...]


class Move(NamedTuple):
    """An entry of the door, and where it goes."""

    entry_id: str
    lane: int


class RecordWrite(NamedTuple):
    """A member's new state."""

    member_id: str
    stamp: int
    """That of the state which it takes the place of."""
    body: bytes


class Announcement(NamedTuple):
    """A determination to publish."""

    member_id: str
    event: bytes


class ClaimIndexEntry(NamedTuple):
    """A member has a claim of this id."""

    claim_id: str
    member_id: str


class PendChange(NamedTuple):
    """A line begins to wait for something, until a day, or no longer does (None)."""

    service: str
    reason: str
    due_on: int | None
    """The day as a proleptic ordinal."""
    line: bytes


class DeadLetter(NamedTuple):
    """Why an entry is put aside; the store adds the bytes of the entry untouched."""

    entry_id: str
    reason: DeadLetterReason
    detail: bytes
    attempts: int
    first_at: str
    last_at: str
    event_id: str
    source: str
    member_hash: str = ""
    """Whose it is (`member_hash`), `UNREAD`, or empty where it can be read of nobody."""


UNREAD: Final = "unread"
"""Stands for the hash of a member where an entry must not be read again."""


def member_hash(member_id: str) -> str:
    """What stands for a member in the list of dead letters by member."""
    return blake2b(member_id.encode(), digest_size=16).hexdigest()


class Commit(NamedTuple):
    """All that some entries of a lane led to; it is written whole or not at all."""

    time: int
    """Milliseconds: the time that the determinations carry."""
    done: Sequence[str]
    records: Sequence[RecordWrite] = ()
    announcements: Sequence[Announcement] = ()
    claims: Collection[ClaimIndexEntry] = ()
    pends: Sequence[PendChange] = ()
    dead_letters: Sequence[DeadLetter] = ()
    counters: Mapping[str, int] = {}


class Backlog(NamedTuple):
    """What waits, and where an order to work is due."""

    waiting: int
    places: tuple[Place, ...]
    wrong_kinds: tuple[str, ...]
    """Kinds of the keys that are not of their kind."""


class KeptDeadLetter(NamedTuple):
    """A dead letter in the store."""

    id: str
    fields: Mapping[bytes, bytes]


class Store(Protocol):
    """
    Where events wait, records stand and determinations go.

    Every method may raise `StoreUnavailable` and `WrongKeyType`; nothing is ever written in part.
    All but
    `count` and `order` may be called twice with the effect of once.
    """

    def agree(self, terms: Compatibility) -> None:
        """Compares a worker's terms with the installation's; raises `InstallationMismatch`."""

    def agreed(self) -> Compatibility | None:
        """What the installation works by: its lanes, its newest library; None before any worker."""

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        """Places with a backlog, no holder and no mark; marks them for a while."""

    def waiting(self, places: Sequence[Place]) -> int:
        """How many entries stand at some places."""

    def fullness(self) -> float:
        """Share of the memory allowed that is used; 0 where none is set."""

    def take(
        self, place: Place, token: str, milliseconds: int, terms: Compatibility
    ) -> Lease | None:
        """A place's lease, if there is work and no holder; raises `InstallationMismatch`."""

    def release(
        self, lease: Lease, *, rest_milliseconds: int = 0, newer_generation: str = ""
    ) -> None:
        """
        Gives a lease back; raises `LeaseLost`.

        No order is sent for the place for some time, and a newer generation of rules that was met
        there is written down.
        """

    def head(self, place: Place, count: int, size: int) -> tuple[QueueEntry, ...]:
        """The first entries of a place: as many as count and bytes allow, at least one."""

    def wait_for_entry(self, place: Place, after: str, milliseconds: int) -> bool:
        """Whether something comes to a place, after an entry that stood there, within a time."""

    def try_alone(self, lease: Lease, entry: QueueEntry) -> None:
        """Notes, before it is tried, that an entry is tried alone once more; raises `LeaseLost`."""

    def untry(self, lease: Lease, entry: QueueEntry) -> None:
        """Takes that note back."""

    def move(
        self, lease: Lease, lanes: int, moves: Sequence[Move], mark_milliseconds: int = 0
    ) -> None:
        """
        Moves entries to lanes and may mark these.

        Raises `LeaseLost`, `StaleRead`, `InstallationMismatch`.
        """

    def load(self, member_ids: Sequence[str], size: int) -> Loaded:
        """Members' states: of as many as the bytes allow, at least one."""

    def commit(self, lease: Lease, commit: Commit) -> None:
        """
        Writes it whole, or raises with no effect.

        Raises `LeaseLost`, `StaleRead`, `ClockMoved` and `TooLargeForStore`.
        """

    def count(self, counters: Mapping[str, int]) -> None:
        """Counts what happened outside of a commit."""

    def order(self, lanes: int, orders: Sequence[tuple[int, Command]]) -> None:
        """Puts orders into lanes; raises `InstallationMismatch`."""

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """Dead letters in the order in which they came, from after an id."""

    def dead_letter(self, letter_id: str) -> KeptDeadLetter | None:
        """One dead letter."""

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """
        Ids of the dead letters of members, oldest first, by their hashes; `UNREAD` is one too.

        None: some dead letters were put aside by an older program, so that they are not listed.
        """

    def redrive(self, letter_id: str) -> bool:
        """Puts a dead letter back to the door; no: there is none, or it was no event."""

    def discard(self, letter_id: str, because: str) -> bool:
        """Takes a dead letter away and notes which it was and why; no: there is none."""

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """These notes in the order in which they were made, from after an id."""
