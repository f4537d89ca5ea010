"""What is kept of a determination to count it, and what the revisions of one line come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import msgspec

from rules.determination import DecidedBy, Outcome
from rules.facts import ReviewLevel
from worker.failures import RefusedError
from worker.report.figures import UNKNOWN, CountName, Figures, LineGroup

_ENDINGS: Final[Mapping[tuple[Outcome, bool], CountName]] = {
    ("approved", False): "approved",
    ("approved", True): "approved",
    ("denied", False): "denied_by_rules",
    ("denied", True): "denied_by_person",
    ("pended", False): "pended",
    ("pended", True): "pended",
    ("not_applicable", False): "not_applicable",
    ("not_applicable", True): "not_applicable",
}
_OF_A_REVIEW: Final[Mapping[tuple[ReviewLevel, Outcome], CountName]] = {
    ("first", "approved"): "overturned_on_review",
    ("first", "denied"): "upheld_on_review",
    ("appeal", "approved"): "overturned_on_appeal",
    ("appeal", "denied"): "upheld_on_appeal",
}
LineName = tuple[str, int]
"""Claim id and number."""


class NoDetermination(RefusedError):
    """The bytes are no determination in any of the forms that are read."""

    def __init__(self) -> None:
        super().__init__("It is no determination: neither of `decide` nor of the queue.")


class Revision(NamedTuple):
    """What is kept of one determination of a line."""

    claim_id: str
    line: int
    revision: int
    procedure: str
    outcome: Outcome
    reason: str
    decided_by: DecidedBy
    level: ReviewLevel | None
    """Of the review that decided it, or that no longer fits it."""
    review: tuple[str, str] | None
    """Source and id of that review."""
    published: int | None
    """The day in UTC on which it was published, as an ordinal; None: it does not say."""

    @property
    def name(self) -> LineName:
        """Claim and line."""
        return (self.claim_id, self.line)


class _Review(msgspec.Struct):
    level: ReviewLevel
    source: str
    id: str


class _Data(msgspec.Struct):
    claim_id: str
    member_id: str
    line: int
    revision: int
    outcome: Outcome
    reason: str
    decided_by: DecidedBy
    procedure: str | None = None
    review: _Review | None = None


class _Event(msgspec.Struct):
    type: Literal["claim.determined.v1"]
    time: str
    data: _Data


class _Archived(msgspec.Struct):
    entry: str
    event: _Event


_FORMS: Final[tuple[type[_Event | _Data | _Archived], ...]] = (_Event, _Data, _Archived)


def read_revision(raw: bytes) -> tuple[str, Revision]:
    """
    The member's id, and what is kept of a determination.

    It may be an event of the stream, a line of an archive, or the `data` that `decide` writes; the
    last has no day. Raises `NoDetermination`.
    """
    found = _read(raw)
    event = found.event if isinstance(found, _Archived) else found
    if isinstance(event, _Data):
        return event.member_id, _revision(event, None)
    return event.data.member_id, _revision(event.data, _day_of(event.time))


def _read(raw: bytes) -> _Event | _Data | _Archived:
    for form in _FORMS:
        try:
            found: _Event | _Data | _Archived = msgspec.json.decode(raw, type=form)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        return found
    raise NoDetermination


def _revision(data: _Data, day: int | None) -> Revision:
    review = data.review
    return Revision(
        data.claim_id,
        data.line,
        data.revision,
        data.procedure or "",
        data.outcome,
        data.reason,
        data.decided_by,
        None if review is None else review.level,
        None if review is None else (review.source, review.id),
        day,
    )


def _day_of(time: str) -> int:
    try:
        return date.fromisoformat(time[:10]).toordinal()
    except ValueError:
        raise NoDetermination from None


class LineClaim(NamedTuple):
    """What is known of a line beside its determinations."""

    policy: str
    service: str
    plan: str
    line_of_business: str
    state: str
    received: int | None
    """The day on which the claim was received, as an ordinal; None: its claim is not known."""


def group_of(terms: LineClaim, reason: str) -> LineGroup:
    """What a line is counted under."""
    return LineGroup(
        terms.service,
        terms.plan,
        terms.line_of_business,
        terms.state,
        reason,
        quarter_of(terms.received),
        terms.policy,
    )


def quarter_of(received: int | None) -> str:
    """The quarter of a day, as `2026-Q1`."""
    if received is None:
        return UNKNOWN
    day = date.fromordinal(received)
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def figures_of(revisions: Sequence[Revision], received: int | None) -> Figures:
    """
    What one line counts for; `revisions` are those that are known, in their order, at least one.

    A review or an appeal counts once a line: that which came last upon a denial. The days end with
    the first determination that approves or denies. Neither is known where revisions are missing
    before it.
    """
    figures = Figures()
    now = revisions[-1]
    figures.counts["received"] = 1
    figures.counts[_ENDINGS[now.outcome, now.decided_by == "person"]] = 1
    for counted in _reviews(revisions):
        figures.counts[counted] = 1
    days = _days(revisions, received)
    if days is not None:
        figures.days[days] = 1
    return figures


def is_whole(revisions: Sequence[Revision]) -> bool:
    """Whether no revision of a line is missing."""
    return revisions[-1].revision == len(revisions)


def _reviews(revisions: Sequence[Revision]) -> Iterable[CountName]:
    """What the last review and the last appeal of a denial did."""
    last: dict[ReviewLevel, CountName] = {}
    for before, now in pairwise(revisions):
        if now.level is None or now.decided_by != "person" or now.review == before.review:
            continue
        follows = now.revision == before.revision + 1
        if follows and before.outcome == "denied" and (now.level, now.outcome) in _OF_A_REVIEW:
            last[now.level] = _OF_A_REVIEW[now.level, now.outcome]
    return last.values()


def _days(revisions: Sequence[Revision], received: int | None) -> int | None:
    for number, each in enumerate(revisions, start=1):
        if each.revision != number:
            return None
        if each.outcome in ("approved", "denied"):
            if received is None or each.published is None:
                return None
            return each.published - received
    return None
