"""What a member's record has led to so far, and what one more event changes (`rules.md` 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from rules.adjudicate import Adjudicated, Earlier, adjudicate, adjudicate_since
from rules.determination import Determination
from rules.exclusivity.strength import Strength
from rules.facts import Claim, Event, Origin, Review
from rules.history.claims import order_of_contents
from rules.history.contested import contested_claims
from rules.history.history import History
from rules.history.record import Recognition, Record, append, recognise
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.invalidation import first_affected_day
from rules.member.published import Change, Published, change_between, content_of

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


def apply(member: Member, event: Event, digest: bytes, library: Library) -> Applied:
    """
    Adds one event to the member and decides again; `digest`: SHA-256 of its bytes as received.

    What a new library alone makes different is published with the library as its cause.
    """
    recognition = recognise(member.record, event)
    if recognition != "new":
        return Applied(member, recognition)
    record = append(member.record, event, digest)
    grown = member._replace(record=record, chain=sha256(member.chain + digest).digest())
    is_decided_by_it = member.library == library.digest
    effect = _Effect(
        EventCause(event.source, event.id),
        LibraryCause(library.digest, library.generation),
        first_affected_day(record, event) if is_decided_by_it else date.min,
        {line_key(d): d for d in adjudicate(member.record, library)}
        if member.library and not is_decided_by_it
        else {},
        _displacing_lines(member, event),
        _reviewed_line(record, event, library),
    )
    reuses = _reuses_claim_id(member.record, event)
    before, after = _contested(member.record, event, library), _contested(record, event, library)
    return _publish(grown, library, effect)._replace(
        claim_id_reused=reuses, contests_begun=after - before, contests_ended=before - after
    )


def readjudicate(member: Member, library: Library) -> Applied:
    """Decides the member again under another library, without an event."""
    cause = LibraryCause(library.digest, library.generation)
    return _publish(member, library, _Effect(cause, cause))


def line_key(line: Determination | Published) -> LineKey:
    """What names a line within its member."""
    return (line.claim_id, line.line)


class _Effect(NamedTuple):
    """What an event, or a new library, can change, and how that is to be told."""

    cause: EventCause | LibraryCause
    library: LibraryCause
    since: date = date.min
    """The first date of service that it can touch."""
    by_library: Mapping[LineKey, Determination] = {}
    """What the library alone makes of the lines, where it is not the one that decided them."""
    displacing: frozenset[LineKey] = frozenset()
    """The lines of a content that takes the place of a decided one of the same claim id."""
    reviewed: LineKey | None = None
    """The line whose review it brings."""


def _publish(member: Member, library: Library, effect: _Effect) -> Applied:
    """Decides what the effect can touch and publishes what differs from the last time."""
    before = {line_key(published): published for published in member.published}
    adjudicated = _decide(member, library, effect.since)
    after = dict(before)
    publications: list[Publication] = []
    for determination in adjudicated.determinations:
        key = line_key(determination)
        last = before.get(key)
        after[key] = _state_after(determination, last, effect)
        if last is None or after[key].revision > last.revision:
            publications.append(_publication(determination, last, after[key], member, effect))
    decided = member._replace(
        published=tuple(after[key] for key in sorted(after)),
        generation=library.generation,
        library=library.digest,
        strengths=tuple((*key, int(s)) for key, s in sorted(adjudicated.strengths.items())),
    )
    return Applied(decided, "new", tuple(publications))


def _decide(member: Member, library: Library, since: date) -> Adjudicated:
    earlier = Earlier(
        {line_key(last): (last.outcome, last.reason) for last in member.published},
        {(procedure, on): Strength(strength) for procedure, on, strength in member.strengths},
    )
    return adjudicate_since(member.record, library, since, earlier)


def _publication(
    determination: Determination,
    last: Published | None,
    now: Published,
    member: Member,
    effect: _Effect,
) -> Publication:
    """One determination to publish; the library is its cause where it alone leads there."""
    alone = effect.by_library.get(line_key(determination))
    is_librarys = alone is not None and content_of(alone) == now.content
    return Publication(
        determination,
        now.revision,
        change_between(last, determination),
        now.post_payment_review,
        effect.library if is_librarys else effect.cause,
        member.record.version,
        member.chain,
        last,
        now,
    )


def _state_after(
    determination: Determination, last: Published | None, effect: _Effect
) -> Published:
    """What is remembered of a line; the revision goes up if the determination differs."""
    content = content_of(determination)
    differs = last is None or last.content != content
    change = change_between(last, determination)
    was_approved = last is not None and last.was_approved
    flag = last is not None and last.post_payment_review
    if differs and change == "adverse" and was_approved:
        was_approved, flag = False, True
    if determination.outcome == "approved" and differs:
        was_approved, flag = True, False
    if line_key(determination) in effect.displacing:
        flag = True
    if effect.reviewed == line_key(determination):
        flag = False
    differs = differs or (last is not None and last.post_payment_review != flag)
    return Published(
        claim_id=determination.claim_id,
        line=determination.line,
        revision=(last.revision if last is not None else 0) + differs,
        service=determination.service,
        outcome=determination.outcome,
        reason=determination.reason,
        line_of_business=determination.line_of_business,
        due_on=determination.due_on,
        content=content,
        was_approved=was_approved,
        post_payment_review=flag,
    )


def _displacing_lines(member: Member, event: Event) -> frozenset[LineKey]:
    """The lines of the event's claim, if it takes the place of a content that was decided."""
    claim = event.fact
    if not isinstance(claim, Claim):
        return frozenset()
    others = [entry for entry in member.record.claims if entry[1].claim_id == claim.claim_id]
    if not others:
        return frozenset()
    holder = min(others, key=order_of_contents)
    mine = (Origin(event.time, event.id, event.source, 0, b""), claim)
    takes_over = order_of_contents(mine) < order_of_contents(holder) and holder[1] != claim
    lines = claim.lines if takes_over else ()
    return frozenset((claim.claim_id, line.number) for line in lines)


def _reuses_claim_id(record: Record, event: Event) -> bool:
    """Whether the event gives a known claim id a content that the record does not have yet."""
    claim = event.fact
    if not isinstance(claim, Claim):
        return False
    same_id = [known for _, known in record.claims if known.claim_id == claim.claim_id]
    return bool(same_id) and claim not in same_id


def _contested(record: Record, event: Event, library: Library) -> frozenset[str]:
    if not isinstance(event.fact, Claim | Review):
        return frozenset()
    return contested_claims(record, library.plans)


def _reviewed_line(record: Record, event: Event, library: Library) -> LineKey | None:
    """The line whose review the event brings, if that review is the latest and counts."""
    review = event.fact
    if not isinstance(review, Review):
        return None
    key = (review.claim_id, review.line)
    reviews = History(record, library).reviews.get(key)
    if reviews is None or reviews.resolving is None:
        return None
    origin = reviews.resolving[0]
    return key if (origin.id, origin.source) == (event.id, event.source) else None
