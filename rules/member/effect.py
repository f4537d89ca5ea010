"""What an event or a new library can change of a member, and how that is told (`rules.md` 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from rules.determination import Determination
from rules.facts import Claim, Event, Origin, Review
from rules.history.claims import order_of_contents
from rules.history.contested import contested_claims
from rules.history.history import History
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.member import EventCause, LibraryCause, Member, Publication, line_key
from rules.member.published import UNNAMED_POLICY, Published, change_between, content_of


class EventEffect(NamedTuple):
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


def publication(
    determination: Determination,
    last: Published | None,
    now: Published,
    member: Member,
    effect: EventEffect,
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


def state_after(
    determination: Determination, last: Published | None, effect: EventEffect
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
    policy = UNNAMED_POLICY if last is None else last.policy
    if differs and determination.policy is not None:
        policy = determination.policy.id
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
        policy=policy,
    )


def displacing_lines(record: Record, event: Event) -> frozenset[LineKey]:
    """The lines of the event's claim, if it takes the place of a content that was decided."""
    claim = event.fact
    if not isinstance(claim, Claim):
        return frozenset()
    others = [entry for entry in record.claims if entry[1].claim_id == claim.claim_id]
    if not others:
        return frozenset()
    holder = min(others, key=order_of_contents)
    mine = (Origin(event.time, event.id, event.source, 0, b""), claim)
    takes_over = order_of_contents(mine) < order_of_contents(holder) and holder[1] != claim
    lines = claim.lines if takes_over else ()
    return frozenset((claim.claim_id, line.number) for line in lines)


def reuses_claim_id(record: Record, event: Event) -> bool:
    """Whether the event gives a known claim id a content that the record does not have yet."""
    claim = event.fact
    if not isinstance(claim, Claim):
        return False
    same_id = [known for _, known in record.claims if known.claim_id == claim.claim_id]
    return bool(same_id) and claim not in same_id


def contested(record: Record, event: Event, library: Library) -> frozenset[str]:
    """The contested claim ids of a record, if the event could begin or end such a contest."""
    if not isinstance(event.fact, Claim | Review):
        return frozenset()
    return contested_claims(record, library.plans)


def reviewed_line(history: History, event: Event) -> LineKey | None:
    """The line whose review the event brings, if that review is the latest and counts."""
    review = event.fact
    if not isinstance(review, Review):
        return None
    key = (review.claim_id, review.line)
    reviews = history.reviews.get(key)
    if reviews is None or reviews.resolving is None:
        return None
    origin = reviews.resolving[0]
    return key if (origin.id, origin.source) == (event.id, event.source) else None
