"""The configurations that are explored, small ones first."""

from __future__ import annotations

from typing import Final

from tests.model.bounds import Bounds, Faults
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of

FIRST, SECOND = "M-1", "M-4"
"""Two members, in lanes 0 and 1 of two."""


def _claim_of(claim_id: str, lines: int) -> bytes:
    event = event_of(CLAIM, member_id=FIRST, claim_id=claim_id) | {"id": claim_id}
    (line,) = event["data"]["lines"]
    event["data"]["lines"] = [{**line, "line": number} for number in range(1, lines + 1)]
    return encoded(event)


_CLAIM = encoded(event_of(CLAIM, member_id=FIRST, claim_id="C-1"))
_REPORT = encoded(event_of(REPORT, member_id=FIRST) | {"id": "e-2"})
_OTHER = encoded(event_of(CLAIM, member_id=SECOND, claim_id="C-2"))
_ASTRAY = encoded(event_of(CLAIM, member_id=FIRST, claim_id="C-3") | {"id": "e-4"})
"""Its bytes belong to lane 1, its member to lane 0 of two."""
_APART = encoded(event_of(REPORT, member_id=FIRST) | {"id": "e-3"})
"""Its bytes belong to another lane than those of the claim before it."""
_SAME_MEMBER = (_ASTRAY, _REPORT)
_BROKEN = _CLAIM[:-7]

_LONG_CLAIMS = tuple(_claim_of(f"C-{number}", 60) for number in (8, 9))
"""Each leads to 60 determinations."""

BASE: Final = Bounds(
    "base: 2 crashes, a lease lost", (_CLAIM, _OTHER, _REPORT), Faults(crashes=2, leases=1)
)
"""2 workers, 1 producer, 3 events of 2 members in 2 lanes."""

SMALL: Final = (
    Bounds("nothing fails", (_CLAIM, _REPORT, _CLAIM, _BROKEN), Faults(), workers=1),
    Bounds("two at a time", (_CLAIM, _APART), Faults()),
    Bounds("a crash", (_CLAIM, _REPORT), Faults(crashes=1), lanes=1),
    Bounds("a lease lost", (_CLAIM, _REPORT), Faults(leases=1), lanes=1),
    Bounds("answers lost", (_CLAIM,), Faults(lost=2), lanes=1),
    Bounds("a late request", (_CLAIM,), Faults(late=1), lanes=1),
    Bounds("a Redis that forgets", (_CLAIM, _REPORT), Faults(forgotten=1), lanes=1),
    Bounds("a clock that steps", (_CLAIM,), Faults(clocks=2), lanes=1),
    Bounds("time or room ends", (_CLAIM, _REPORT), Faults(ends=1), lanes=1),
    Bounds("a Redis cut off", (_CLAIM, _REPORT), Faults(cut=1), workers=1, lanes=1),
    Bounds("cut off and alone", (_CLAIM, _REPORT), Faults(cut=1, memory=1), workers=1, lanes=1),
    Bounds("memory ends", (_CLAIM, _REPORT), Faults(memory=1), workers=1, lanes=1),
    Bounds("half a script", (_CLAIM, _REPORT), Faults(rights=1), workers=1, lanes=1, asks=False),
    Bounds("many lines", _LONG_CLAIMS, Faults(), workers=1, lanes=1),
    Bounds("set aside", (_CLAIM,), Faults(crashes=3), lanes=1, attempts=1),
    Bounds("given up at the door", _SAME_MEMBER, Faults(crashes=2), attempts=1),
    Bounds("put back", (_CLAIM,), Faults(crashes=2), lanes=1, attempts=1, redrives=1),
    Bounds("a full Redis", (_CLAIM, _REPORT), Faults(full=1), workers=1, lanes=1),
    Bounds("an event that kills", (_CLAIM,), Faults(), workers=1, lanes=1, kills=True),
    Bounds("a Redis that stays full", (_CLAIM,), Faults(), workers=1, lanes=1, stays_full=True),
    Bounds("rights taken", (_CLAIM, _REPORT), Faults(rights=1), workers=1, lanes=1),
    Bounds("a Redis that lost all", (_CLAIM,), Faults(emptied=1), lanes=1),
    Bounds("lost while alone", (_CLAIM,), Faults(crashes=1, lost=1), lanes=1, attempts=2),
    Bounds(
        *("a command stopped", (_CLAIM, _REPORT), Faults(stops=1)),
        workers=1,
        lanes=1,
        submits=True,
    ),
    Bounds(
        *("not ready", (_CLAIM,), Faults(unreached=1, blocked=1)),
        workers=1,
        lanes=1,
        looks=True,
    ),
    Bounds("an order", (_CLAIM,), Faults(crashes=1), lanes=1, orders=(FIRST,)),
    Bounds("a newer generation", (_CLAIM, _REPORT), Faults(), newer=1, lanes=1, orders=(FIRST,)),
)
"""Each has one kind of fault, and few events."""

_UP_TO_THREE: Final = (_CLAIM, _OTHER, _REPORT)

GROWTH: Final = tuple(
    Bounds(
        f"growth: {workers} workers, {events} events, {lanes} lanes, {crashes} crashes, "
        f"{leases} leases" + ", an order" * orders,
        _UP_TO_THREE[:events],
        Faults(crashes=crashes, leases=leases),
        workers=workers,
        lanes=lanes,
        orders=(FIRST,) * orders,
    )
    for workers, events, lanes, crashes, leases, orders in (
        (1, 1, 2, 0, 0, 0),
        (2, 1, 2, 0, 0, 0),
        (3, 1, 2, 0, 0, 0),
        (2, 1, 1, 0, 0, 0),
        (2, 1, 3, 0, 0, 0),
        (2, 1, 2, 0, 0, 1),
        (2, 1, 2, 1, 0, 0),
        (2, 1, 2, 2, 0, 0),
        (2, 1, 2, 0, 1, 0),
        (2, 1, 2, 2, 1, 0),
        (2, 2, 2, 0, 0, 0),
        (2, 2, 2, 1, 0, 0),
        (2, 2, 2, 0, 1, 0),
        (2, 3, 2, 0, 0, 0),
        (2, 2, 2, 2, 0, 0),
        (2, 2, 2, 1, 1, 0),
    )
)
"""The base with more and fewer of each, to see how it grows; `make model ONLY=growth`."""

LONG: Final = (
    BASE,
    Bounds("crash, lease, loss", (_CLAIM, _REPORT), Faults(crashes=1, leases=1, lost=1), lanes=1),
    Bounds("late and a lease", (_CLAIM, _REPORT), Faults(leases=1, late=1), lanes=1),
    Bounds("forgets and a lease", (_CLAIM, _REPORT), Faults(leases=1, forgotten=2), lanes=1),
    Bounds("clock and a crash", (_CLAIM, _REPORT), Faults(crashes=1, clocks=1), lanes=1),
    Bounds(
        *("newer and crashes", (_CLAIM, _REPORT), Faults(crashes=1)),
        newer=1,
        lanes=1,
        orders=(FIRST,),
    ),
)
"""Those of `make model`."""
