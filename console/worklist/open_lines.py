"""
A copy of what is open, with what was billed, kept up with the stream of determinations.

Redis holds the open pends by reason and due date, and nothing by plan, provider or day of service.
To read ten thousand of them with their records takes a second, so a process reads them once and
then only what is new. It is exact: the stream counts what was ever added to it, and where that is
not what was read (an archive has removed some), everything is read again. Redis before 7 does not
count, so there everything is read again with each new determination.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple, cast

import msgspec
from redis import Redis
from redis.exceptions import ResponseError

from console.deciding.cases import Case
from rules.library_model import Library
from worker.determinations.data import MemberLineKey
from worker.determinations.open_pends import open_pends
from worker.explain.billed_lines import BilledLine, billed_lines, policy_of
from worker.metrics.counters import CLAIM_ID_REUSED
from worker.store.keys import Keys

NEW_MAX: Final = 2000
"""With more new determinations than this everything is read again."""
WHOLE_SECONDS: Final = 300.0
"""After so long everything is read again: a script that Redis stopped is finished without a new
determination."""


class WaitingLine(NamedTuple):
    """A line that pends, with what was billed; sorts by due date."""

    due_on: date
    case: Case
    reason: str
    billed: BilledLine | None
    """None: no record holds it any more."""
    policy: str | None
    """The id of the one by which the library in use looks it up; None: no record holds it."""


class _End(NamedTuple):
    """Where the stream of determinations ends, and what else says that nothing changed."""

    last_id: bytes
    added: int | None
    """Entries ever added; None: Redis does not count them."""
    claim_ids_reused: bytes | None
    """A claim id stands for other content only after this has moved."""


class _Data(msgspec.Struct):
    claim_id: str
    member_id: str
    line: int
    outcome: str
    reason: str
    due_on: date | None


class _Event(msgspec.Struct):
    data: _Data


_decode: Final = msgspec.json.Decoder(_Event).decode
_NOWHERE: Final = _End(b"0-0", 0, None)


class OpenLines:
    """The copy of one process; threads may share it."""

    def __init__(self, prefix: str, library: Library) -> None:
        self._keys = Keys(prefix)
        self._library = library
        self._lock = Lock()
        self._end: _End | None = None
        self._whole_until = 0.0
        self._lines: dict[MemberLineKey, WaitingLine] = {}
        self._sorted: Sequence[WaitingLine] = ()

    def now(self, redis: Redis) -> Sequence[WaitingLine]:
        """
        All lines that pend, the soonest due first, as of the last determination.

        Raises `redis.RedisError`.
        """
        with self._lock:
            end = self._end_of_stream(redis)
            if end != self._end or monotonic() > self._whole_until:
                if not self._follow(redis, end):
                    self._read_all(redis)
                self._end = end
                self._sorted = sorted(self._lines.values(), key=urgency)
            return self._sorted

    def _end_of_stream(self, redis: Redis) -> _End:
        reused = cast("bytes | None", redis.hget(self._keys.counters, CLAIM_ID_REUSED))
        try:
            stream: Any = redis.xinfo_stream(self._keys.determinations)
        except ResponseError:  # there is none yet
            return _NOWHERE._replace(claim_ids_reused=reused)
        return _End(stream["last-generated-id"], stream.get("entries-added"), reused)

    def _follow(self, redis: Redis, end: _End) -> bool:
        """Takes in what is new; False: that cannot be told from the stream alone."""
        known = self._end
        if known is None or monotonic() > self._whole_until:
            return False
        if known.added is None or end.added is None:
            return False
        new = end.added - known.added
        if known.claim_ids_reused != end.claim_ids_reused or not 0 <= new <= NEW_MAX:
            return False
        after = b"(" + known.last_id
        found: Any = redis.xrange(self._keys.determinations, min=after, max=end.last_id)
        if len(found) != new:
            return False
        self._take_in(redis, (_decode(fields[b"event"]).data for _, fields in found))
        return True

    def _take_in(self, redis: Redis, determined: Iterable[_Data]) -> None:
        latest = {(data.claim_id, data.line, data.member_id): data for data in determined}
        pended = {key: data for key, data in latest.items() if data.outcome == "pended"}
        billed = billed_lines(redis, self._keys, pended)
        for key in latest:
            self._lines.pop(key, None)
        for key, data in pended.items():
            if data.due_on is not None:
                self._lines[key] = self._line(key, data.due_on, data.reason, billed.get(key))

    def _read_all(self, redis: Redis) -> None:
        pends = open_pends(redis, self._keys, lambda _: True)
        billed = billed_lines(redis, self._keys, [pend.key for pend in pends])
        self._lines = {
            pend.key: self._line(pend.key, pend.due_on, pend.reason, billed.get(pend.key))
            for pend in pends
        }
        self._whole_until = monotonic() + WHOLE_SECONDS

    def _line(
        self, key: MemberLineKey, due_on: date, reason: str, billed: BilledLine | None
    ) -> WaitingLine:
        claim_id, line, member_id = key
        policy = None if billed is None else policy_of(billed, self._library)
        return WaitingLine(due_on, Case(member_id, claim_id, line), reason, billed, policy)


def urgency(line: WaitingLine) -> tuple[date, date, Case]:
    """The soonest due; of those the one that was received first."""
    return (line.due_on, date.max if line.billed is None else line.billed.received_at, line.case)
