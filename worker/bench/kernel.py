"""Measures deciding alone: lines per second by recorded studies, and the cost of many events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from time import process_time
from typing import Final

import msgspec

from rules.adjudicate import adjudicate
from rules.history.history import History
from rules.history.record import Record
from rules.library_model import Library
from rules.member.member import Member
from rules.member.open_member import OpenMember
from worker.bench.growth import events_of_a_member
from worker.bench.members import CLAIMS, STUDIES, decoded, member_with, record_of
from worker.bench.plan import member_events
from worker.bench.spread import Spread, spread_of

BY_STUDIES: Final = (1, 10, 100, 1000)
JUDGED: Final = f"{CLAIMS}_claims_{STUDIES}_studies"
"""The members whose rate has a target."""
_PLAN: Final = 1
_SOUGHT_AMONG: Final = 1_500
"""Among this many members of the plan, about thirty match."""

GROWN_TO: Final = (10, 100, 1000)
GROWTH_ROUNDS: Final = 3

_MEASURED_SECONDS: Final = 0.2
"""The minimum time of one measurement."""


def lines_a_second(
    library: Library, rounds: int, tell: Callable[[], object], seconds: float = _MEASURED_SECONDS
) -> Mapping[str, Spread]:
    """
    Measures how many claim lines a core decides per second, one whole member at a time.

    By the number of reported studies beside four claims of one line each. `JUDGED` are the members
    of the generated plan who have so many claims and studies, as they come. Counted is the time of
    the processor, so that what else runs on the machine does not matter.
    """
    records = {str(studies): [record_of(member_with(CLAIMS, studies))] for studies in BY_STUDIES}
    records[JUDGED] = [record_of(events) for events in members_of_the_plan(library)]
    measured: dict[str, list[float]] = {name: [] for name in records}
    for _ in range(rounds):
        for name, known in records.items():
            measured[name].append(rate_of(known, library, seconds))
        tell()
    return {name: spread_of(rates) for name, rates in measured.items()}


def growth(
    library: Library, sizes: tuple[int, ...] = GROWN_TO, rounds: int = GROWTH_ROUNDS
) -> Mapping[str, Spread]:
    """Measures the seconds needed for all events of a member, by the number of events."""
    return {
        str(events): spread_of(_seconds_of(events, library) for _ in range(rounds))
        for events in sizes
    }


def members_of_the_plan(library: Library) -> Iterator[list[bytes]]:
    """Returns the events of members of the plan who have as many claims and studies as `JUDGED`."""
    for number in range(_SOUGHT_AMONG):
        events = [msgspec.json.encode(event) for event in member_events(_PLAN, number)]
        record = record_of(events)
        # All lines and reports of one examination are one study.
        if len(record.claims) == CLAIMS and _studies_of(record, library) == STUDIES:
            yield events


def rate_of(
    records: Sequence[Record], library: Library, seconds: float = _MEASURED_SECONDS
) -> float:
    """Measures the lines of some members that a core decides in a second of the processor."""
    lines, began_at = 0, process_time()
    while (spent := process_time() - began_at) < seconds:
        lines += sum(len(adjudicate(record, library)) for record in records)
    return lines / spent


def _studies_of(record: Record, library: Library) -> int:
    return sum(len(view.studies) for view in History(record, library).views)


def _seconds_of(events: int, library: Library) -> float:
    raws = events_of_a_member(events)
    told = [(event, sha256(raw).digest()) for raw, event in zip(raws, decoded(raws), strict=True)]
    member, began_at = OpenMember(Member(), library), process_time()
    for event, digest in told:
        member.apply(event, digest)
    return process_time() - began_at
