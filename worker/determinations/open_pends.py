"""Reads which claim lines pend, until when, and for what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple, cast

import msgspec
from redis import Redis

from rules.member.published import UNNAMED_POLICY
from worker.determinations.data import Data, MemberLineKey
from worker.determinations.read import latest_of
from worker.metrics.counters import LINES_CURRENT, SEPARATOR
from worker.store.keys import CONTESTED, Keys

_BATCH = 100


class OpenPend(NamedTuple):
    """A line that pends; sorts by due date."""

    due_on: date
    service: str
    reason: str
    claim_id: str
    line: int
    member_id: str

    @property
    def key(self) -> MemberLineKey:
        """The key of the line."""
        return (self.claim_id, self.line, self.member_id)


class PublishedPend(NamedTuple):
    """A line that pends, and its latest determination."""

    pend: OpenPend
    data: Data | None
    """None if the stream no longer holds it."""


def today(redis: Redis) -> date:
    """The day in UTC by Redis's time, as in the metrics."""
    seconds, _ = redis.time()
    return datetime.fromtimestamp(seconds, UTC).date()


def open_pends(redis: Redis, keys: Keys, is_meant: Callable[[OpenPend], bool]) -> list[OpenPend]:
    """The open pends that `is_meant` selects, earliest due first."""
    found = (pend for place in waited_for(redis, keys) for pend in _waiting(redis, keys, *place))
    return sorted(filter(is_meant, found))


def told(redis: Redis, keys: Keys, pends: Iterable[OpenPend]) -> Iterator[PublishedPend]:
    """Each pend with its determination; a line that no longer pends is left out."""
    rest = iter(pends)
    while batch := list(islice(rest, _BATCH)):
        latest = latest_of(redis, keys, {pend.key for pend in batch})
        for pend in batch:
            data = latest.get(pend.key)
            if data is None or (data["outcome"], data["reason"]) == ("pended", pend.reason):
                yield PublishedPend(pend, data)


def contested_claims(redis: Redis, keys: Keys) -> list[OpenPend]:
    """Claim ids that came with other content, with the day since when, earliest first; line 0."""
    return sorted(_waiting(redis, keys, *CONTESTED))


def waited_for(redis: Redis, keys: Keys) -> list[tuple[str, str, str]]:
    """Service, reason and policy of all lines that ever pended, from the counters."""
    fields = cast("list[bytes]", redis.hkeys(keys.counters))
    labels = (field.decode().split(SEPARATOR) for field in fields)
    return sorted({_place(each) for each in labels if _is_of_pends(each)})


def _place(labels: list[str]) -> tuple[str, str, str]:
    _, service, _, reason, _, *policy = labels
    return service, reason, policy[0] if policy else UNNAMED_POLICY


def _is_of_pends(labels: list[str]) -> bool:
    return labels[0] == LINES_CURRENT and labels[2] == "pended"


def _waiting(
    redis: Redis, keys: Keys, service: str, reason: str, policy: str = UNNAMED_POLICY
) -> Iterator[OpenPend]:
    found = redis.zrange(keys.pends(service, reason, policy), 0, -1, withscores=True)
    for name, score in cast("list[tuple[bytes, float]]", found):
        member_id, claim_id, line = msgspec.json.decode(name, type=tuple[str, str, int])
        yield OpenPend(date.fromordinal(int(score)), service, reason, claim_id, line, member_id)
