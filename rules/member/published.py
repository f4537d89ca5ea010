"""What was last published for a line, and how a determination differs from it (`rules.md` 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Final, Literal, NamedTuple

from pydantic_core import to_json

from rules.determination import Determination, Outcome, Service

Change = Literal["initial", "favourable", "adverse", "neutral"]

GOODNESS: Mapping[str, int] = {"approved": 3, "not_applicable": 2, "pended": 1, "denied": 0}
"""How good an outcome is for the provider."""

_WITHDRAWN = frozenset({"SUPERSEDED", "VOIDED"})
"""A change to or from these is neither better nor worse."""


UNNAMED_POLICY: Final = "6.01.03"
"""The policy of what was stored before there were others: where none is named, it is this one."""


class Published(NamedTuple):
    """What was last published for one line: enough to tell whether and how the next differs."""

    claim_id: str
    line: int
    revision: int
    service: Service
    outcome: Outcome
    reason: str
    line_of_business: str
    due_on: date | None
    content: bytes
    """Digest of all that makes two determinations differ, but the flag for a person's look."""
    was_approved: bool
    """Approved since the last adverse change."""
    post_payment_review: bool
    policy: str = UNNAMED_POLICY
    """Which one decided, as it was last published: a line may pass to another unnoticed."""


def content_of(determination: Determination) -> bytes:
    """
    A digest of all that is published of a determination, apart from the policy's version.

    Nothing may stay as another order of arrival had it (`rules.md` 7).
    """
    return blake2b(to_json(determination._replace(policy=None)), digest_size=12).digest()


def change_between(last: Published | None, determination: Determination) -> Change:
    """Whether a determination is better or worse for the provider than the one before it."""
    if last is None:
        return "initial"
    if not _WITHDRAWN.isdisjoint((last.reason, determination.reason)):
        return "neutral"
    better = GOODNESS[determination.outcome] - GOODNESS[last.outcome]
    if better == 0:
        return "neutral"
    return "favourable" if better > 0 else "adverse"
