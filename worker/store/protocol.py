"""What the worker asks of a store; `redis.py` implements it, and the tests do so in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol

from rules.member.published import UNNAMED_POLICY
from worker.events.refusals import DeadLetterReason
from worker.failures import Risk
from worker.store.compatibility import Compatibility
from worker.store.keys import Place


class Command(NamedTuple):
    """An internal command in a lane; it is no event and is counted separately."""

    name: str
    member_id: str


class QueueEntry(NamedTuple):
    """One entry of the door or of a lane."""

    id: str
    arrived_at: int
    """Milliseconds: when it arrived at the door."""
    event: bytes | None
    """The bytes as received; None for a command, or for an entry without the field `event`."""
    attempts: int = 0
    """How often it was tried alone."""
    command: Command | None = None
    loose: bytes = b""
    """Names and values of an entry at the door without the field `event`."""


class Lease(NamedTuple):
    """The right to work at a place, until it expires."""

    place: Place
    token: str
    milliseconds: int
    takes: int
    """How often it was taken since work was last finished there, this time included."""


class Stored(NamedTuple):
    """A member's state as it is in the store."""

    stamp: int
    """Number of the write that stored it; 0 if there is none yet."""
    body: bytes | None


class Loaded(NamedTuple):
    """The members that were read: as many as the bytes allowed, in the order asked for."""

    now: int
    """Milliseconds: the time for a determination written now."""
    members: tuple[Stored, ...]


class Move(NamedTuple):
    """An entry of the door, and where it goes."""

    entry_id: str
    lane: int


class RecordWrite(NamedTuple):
    """A member's new state."""

    member_id: str
    stamp: int
    """The stamp of the state that it replaces."""
    body: bytes


class ReceivedEvent(NamedTuple):
    """An event that a member's record was given, as it was received, packed."""

    member_id: str
    packed: bytes


class Announcement(NamedTuple):
    """A determination to publish."""

    member_id: str
    event: bytes


class ClaimIndexEntry(NamedTuple):
    """A member has a claim of this id."""

    claim_id: str
    member_id: str


class PendChange(NamedTuple):
    """
    A line starts to pend, due on a day, or stops pending (None).

    Of `CONTESTED` the line is 0, for the whole claim, and the day is the one since when.
    """

    service: str
    reason: str
    due_on: int | None
    """The day as a proleptic ordinal."""
    line: bytes
    policy: str = UNNAMED_POLICY


class DeadLetter(NamedTuple):
    """Why an entry is moved to the dead letters; the store adds the entry's bytes unchanged."""

    entry_id: str
    reason: DeadLetterReason
    detail: bytes
    attempts: int
    first_at: str
    last_at: str
    event_id: str
    source: str
    member_hash: str = ""
    """The hash of its member, `UNREAD`, or empty where no member can be read."""
    traceparent: str = ""
    """Of the event; empty where it has none."""
    tracestate: str = ""


UNREAD: Final = "unread"
"""Used as the member hash of an entry that must not be read again."""


def member_hash(member_id: str) -> str:
    """The hash of a member in the list of dead letters by member."""
    return blake2b(member_id.encode(), digest_size=16).hexdigest()


class Commit(NamedTuple):
    """Everything that some entries of a lane led to, written whole or not at all."""

    time: int
    """Milliseconds: the time in the determinations."""
    done: Sequence[str]
    records: Sequence[RecordWrite] = ()
    announcements: Sequence[Announcement] = ()
    claims: Collection[ClaimIndexEntry] = ()
    pends: Sequence[PendChange] = ()
    dead_letters: Sequence[DeadLetter] = ()
    counters: Mapping[str, int] = {}
    received: Sequence[ReceivedEvent] = ()


class Backlog(NamedTuple):
    """What waits, and where a dispatch is due."""

    waiting: int
    places: tuple[Place, ...]
    wrong_kinds: tuple[str, ...]
    """Kinds of the keys that have the wrong type."""


class KeptDeadLetter(NamedTuple):
    """A dead letter in the store."""

    id: str
    fields: Mapping[bytes, bytes]


class Store(Protocol):
    """
    Where events wait, records are kept and determinations are published.

    Every method may raise `StoreUnavailable` and `WrongKeyType`; nothing is ever written in part.
    All methods except `count` and `add_commands` are idempotent.
    """

    def agree(self, terms: Compatibility, *, may_say_shards: bool = True) -> str:
        """
        Compares a worker's terms with the installation's, whose id it returns.

        `may_say_shards`: whether the number of shards may be written where there is none. Raises
        `InstallationMismatch` and `RightsMissing`.
        """

    def risks(self) -> tuple[Risk, ...]:
        """What makes wrong decisions possible in this Redis; empty: nothing."""

    def agreed(self) -> Compatibility | None:
        """The installation's number of lanes and newest library; None before its first worker."""

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        """Finds the places with a backlog but no lease and no mark, and marks them for a while."""

    def waiting(self, places: Sequence[Place]) -> int:
        """How many entries wait at some places."""

    def fullness(self) -> float:
        """Share of the memory limit in use; 0 if no limit is set."""

    def take(
        self, place: Place, token: str, milliseconds: int, terms: Compatibility
    ) -> Lease | None:
        """A place's lease, if work waits and no one has it; raises `InstallationMismatch`."""

    def release(
        self, lease: Lease, *, rest_milliseconds: int = 0, newer_generation: str = ""
    ) -> None:
        """
        Releases a lease; raises `LeaseLost`.

        No dispatch is sent for the place during the rest, and a newer generation of the rules that
        was met there is recorded.
        """

    def head(self, place: Place, count: int, size: int) -> tuple[QueueEntry, ...]:
        """The first entries of a place: as many as count and bytes allow, at least one."""

    def wait_for_entry(self, place: Place, after: str, milliseconds: int) -> bool:
        """Whether an entry arrives at a place, later than a given one, within some time."""

    def try_alone(self, lease: Lease, entry: QueueEntry) -> None:
        """
        Records one more attempt of an entry, before it is tried alone.

        Raises `LeaseLost`, and `StaleRead` if the entry is no longer there.
        """

    def untry(self, lease: Lease, entry: QueueEntry) -> None:
        """Takes that attempt back."""

    def move(
        self, lease: Lease, lanes: int, moves: Sequence[Move], mark_milliseconds: int = 0
    ) -> None:
        """
        Moves entries to lanes, and marks these lanes if asked to.

        Raises `LeaseLost`, `StaleRead`, `InstallationMismatch`.
        """

    def load(self, member_ids: Sequence[str], size: int) -> Loaded:
        """The states of as many members as the bytes allow, at least one."""

    def commit(self, lease: Lease, commit: Commit) -> None:
        """
        Writes it whole, or raises with no effect.

        Raises `LeaseLost`, `StaleRead`, `ClockMoved` and `TooLargeForStore`.
        """

    def count(self, counters: Mapping[str, int]) -> None:
        """Adds counts outside of a commit."""

    def keep_exemplars(self, exemplars: Mapping[str, str]) -> None:
        """Replaces the exemplars of some buckets of the event ages."""

    def add_commands(self, lanes: int, commands: Sequence[tuple[int, Command]]) -> None:
        """Adds commands to lanes; raises `InstallationMismatch`."""

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """Dead letters, oldest first, after an id."""

    def dead_letter(self, dead_letter_id: str) -> KeptDeadLetter | None:
        """One dead letter."""

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """
        Ids of the dead letters of members by hash, oldest first; `UNREAD` counts as a hash.

        None: an older release wrote some dead letters, so they are not listed by member.
        """

    def redrive(self, dead_letter_id: str) -> bool:
        """Sends a dead letter back to the door; False if there is none, or it is no event."""

    def discard(self, dead_letter_id: str, because: str) -> bool:
        """Deletes a dead letter and notes which and why; False if there is none."""

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """The notes of discarded dead letters, oldest first, after an id."""
