"""Which reviews of a line count, and why the latest may not (`rules.md` 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from rules.determination import ReviewIgnored
from rules.facts import Origin, Review
from rules.plans import Plan

GivenReview = tuple[Origin, Review]


class LineReviews(NamedTuple):
    """What the reviews of one line come to."""

    resolving: GivenReview | None = None
    """The latest that counts."""
    ignored: ReviewIgnored | None = None
    """The latest, where it does not count for its role or its reviewer."""


NO_REVIEWS = LineReviews()


def reviews_by_line(
    entries: Iterable[GivenReview], contested_until: Mapping[str, datetime]
) -> dict[tuple[str, int], list[GivenReview]]:
    """
    The reviews of each line, the latest last.

    Of a claim id with several contents only those later than every content: before that, no person
    saw what holds (`rules.md` 2).
    """
    reviews: dict[tuple[str, int], list[GivenReview]] = {}
    for origin, review in sorted(entries, key=_by_origin):
        until = contested_until.get(review.claim_id)
        if until is None or origin.time > until:
            reviews.setdefault((review.claim_id, review.line), []).append((origin, review))
    return reviews


def what_counts(reviews: Sequence[GivenReview], plan: Plan | None) -> LineReviews:
    """Sorts out the reviews of one line, the latest last; `plan` is its claim's, if known."""
    counting: list[GivenReview] = []
    ignored: ReviewIgnored | None = None
    for origin, review in reviews:
        why = _why_not(review, plan, counting)
        if why is None:
            counting.append((origin, review))
            ignored = None
        else:
            ignored = ReviewIgnored(why, origin.source, origin.id)
    return LineReviews(counting[-1] if counting else None, ignored)


def _why_not(
    review: Review, plan: Plan | None, counting: Sequence[GivenReview]
) -> Literal["role", "same_reviewer"] | None:
    if plan is not None and not _has_role(review, plan):
        return "role"
    is_denied_appeal = review.level == "appeal" and review.decision == "denied"
    if is_denied_appeal and not _is_another_reviewers(review, counting):
        return "same_reviewer"
    return None


def _has_role(review: Review, plan: Plan) -> bool:
    roles = plan.approving_roles if review.decision == "approved" else plan.peer_reviewer_roles
    return not roles or review.reviewer_role.strip().casefold() in roles


def _is_another_reviewers(review: Review, counting: Sequence[GivenReview]) -> bool:
    """Nobody denies an appeal against himself; who is not named is not another."""
    deniers = [earlier.reviewer_id for _, earlier in counting if earlier.decision == "denied"]
    return (
        bool(deniers)
        and review.reviewer_id is not None
        and all(denier is not None and denier != review.reviewer_id for denier in deniers)
    )


def _by_origin(entry: GivenReview) -> Origin:
    return entry[0]
