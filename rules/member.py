"""What a member's record has led to so far, and what one more event changes (`rules.md` 7)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from rules.determination import Determination
from rules.facts import Event
from rules.library import Library
from rules.record import Record, Recognition

Change = Literal["initial", "favourable", "adverse", "neutral"]

NOTHING_YET = bytes(32)
"""d(0) of the digest chain (`contract.md` 2)."""


class Published(NamedTuple):
    """What was last published for one line: enough to tell whether and how the next differs."""

    claim_id: str
    line: int
    revision: int
    service: str
    outcome: str
    reason: str
    line_of_business: str
    due_on: date | None
    content: bytes
    """Digest of all that makes two determinations differ."""
    was_approved: bool
    """Approved since the last adverse change."""
    post_payment_review: bool


class Member(NamedTuple):
    """The state of one member: the record, what was published, and the chain over the events."""

    record: Record = Record()
    published: tuple[Published, ...] = ()
    chain: bytes = NOTHING_YET
    """d(n) of the record's n events."""
    generation: int = 0
    library: str = ""
    """Digest of the library that last decided the member; empty: never decided."""
    previous: bytes | None = None
    """SHA-256 of the last published determination's bytes; the publisher sets it."""


class EventCause(NamedTuple):
    """The event that made a difference."""

    source: str
    id: str


class LibraryCause(NamedTuple):
    """A new library alone made a difference."""

    library: str
    generation: int


class Publication(NamedTuple):
    """One determination to publish."""

    determination: Determination
    revision: int
    change: Change
    post_payment_review: bool
    caused_by: EventCause | LibraryCause
    record_version: int
    record_digest: bytes
    """d(record_version)."""
    before: Published | None
    """What it takes the place of."""
    now: Published


class Applied(NamedTuple):
    """What an event did to a member."""

    member: Member
    recognition: Recognition
    """`duplicate` and `reused` leave the member as it was."""
    publications: tuple[Publication, ...] = ()
    claim_id_reused: bool = False
    """The event gave a claim id that the record knows a second content (`CLAIM_ID_REUSED`)."""


def apply(member: Member, event: Event, digest: bytes, library: Library) -> Applied:
    """Adds one event to the member and decides again; `digest`: SHA-256 of its bytes as received."""
    raise NotImplementedError


def readjudicate(member: Member, library: Library) -> Applied:
    """Decides the member again under another library, without an event."""
    raise NotImplementedError
