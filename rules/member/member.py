"""The state of a member, and what one more event did to it (`rules.md` 7)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rules.determination import Determination
from rules.history.record import Recognition, Record
from rules.history.studies import LineKey
from rules.member.published import Change, Published

NOTHING_YET = bytes(32)
"""d(0) of the digest chain (`contract.md` 2)."""


class Member(NamedTuple):
    """The state of one member: the record, what was published, and the chain over the events."""

    record: Record = Record()
    published: tuple[Published, ...] = ()
    chain: bytes = NOTHING_YET
    """d(n) of the record's n events."""
    generation: int = 0
    library: str = ""
    """Digest of the library that last decided the member; empty: never decided."""
    strengths: tuple[tuple[str, date, int], ...] = ()
    """How firmly each study stands that is known from reports alone: procedure, day, strength."""
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
    contests_begun: frozenset[str] = frozenset()
    """Claim ids of which nobody knows, since this event, which of several contents is meant."""
    contests_ended: frozenset[str] = frozenset()


def line_key(line: Determination | Published) -> LineKey:
    """What names a line within its member."""
    return (line.claim_id, line.line)
