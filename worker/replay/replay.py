"""Sends scenarios through a real queue and compares the results with `decide`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

import msgspec

from rules.library_model import Library
from worker.determinations.data import Data, MemberLineKey, line_key
from worker.events.decode import Refusal, decode
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.remittance import EVERY_CODE
from worker.failures import RefusedError
from worker.replay.comparison import DecidedEvents, ScenarioResult, compare
from worker.replay.in_memory import decide_all
from worker.replay.queue_watch import QueueWatch
from worker.replay.scenarios import ArrivalOrder, Scenario, in_arrival_order

_NUMBER_WIDTH = 7


class ReplayCase(NamedTuple):
    """One scenario in one order, with member ids of its own."""

    scenario: Scenario
    order: ArrivalOrder
    prefix: str
    """The prefix of its member ids, and of no others."""
    events: Sequence[bytes]


class Replayed:
    """The progress so far."""

    def __init__(self) -> None:
        self.events = 0
        self.seconds = 0.0
        """Time from the first event sent until all were processed, without the comparison."""
        self.refused = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """Final number of lines by outcome and reason."""


class MemberIdTooLong(RefusedError):
    """A member id leaves no room for the prefix that a replay needs."""


def cases_of(
    scenario: Scenario, orders: Iterable[ArrivalOrder], run: str, number: int
) -> list[ReplayCase]:
    """
    Returns the scenario once per order; `run` and `number` make its member ids unique.

    All members of a case have the same prefix, so their sort order is preserved. Raises
    `MemberIdTooLong`.
    """
    cases: list[ReplayCase] = []
    for order in orders:
        prefix = prefix_of(run, number + len(cases))
        events = [_with_prefix(bytes(event), prefix) for event in scenario.events]
        cases.append(
            ReplayCase(scenario, order, prefix, in_arrival_order(events, order, scenario.name))
        )
    return cases


def prefix_of(run: str, number: int) -> str:
    """Returns the prefix of the member ids of one case."""
    return f"{run}-{number:0{_NUMBER_WIDTH}d}:"


def replay(
    cases: Sequence[ReplayCase],
    watch: QueueWatch,
    send: Callable[[Iterable[bytes]], object],
    library: Library,
    look: Callable[[int], None],
    replayed: Replayed | None = None,
) -> Iterator[ScenarioResult]:
    """
    Sends all cases, waits until they are processed, and compares each.

    Adds the results to `replayed`. Raises `QueueStands`.
    """
    replayed = replayed or Replayed()
    began_at = monotonic()
    send(event for case in cases for event in case.events)
    watch.wait_until_drained(look)
    replayed.seconds += monotonic() - began_at
    replayed.events += sum(len(case.events) for case in cases)
    came_out = _came_out(watch, {case.prefix for case in cases})
    refused = {fields[b"event"] for fields in watch.dead_letters() if b"event" in fields}
    for case in cases:
        decide = decide_all(case.events, library)
        names = {
            event: decide.refused.get(event) or _event_id(event)
            for event in case.events
            if event in refused
        }
        final, gaps = _fold(came_out.get(case.prefix, ()))
        queue = DecidedEvents(final, names, gaps)
        replayed.refused += len(queue.refused)
        replayed.outcomes.update((data["outcome"], data["reason"]) for data in final.values())
        yield compare(
            case.scenario,
            case.order,
            _without_prefix(decide, case.prefix),
            _without_prefix(queue, case.prefix),
        )


def _with_prefix(raw: bytes, prefix: str) -> bytes:
    """
    Returns the event with a different member id, otherwise unchanged.

    An event that will be refused is not changed: it belongs to no member.
    """
    event = decode(raw, EVERY_CODE)
    if isinstance(event, Refusal):
        return raw
    if len(prefix) + len(event.member_id) > IDENTIFIER_CHARACTERS_MAX:
        raise MemberIdTooLong
    envelope = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    data = msgspec.json.decode(envelope["data"], type=dict[str, msgspec.Raw])
    data["member_id"] = msgspec.Raw(msgspec.json.encode(prefix + event.member_id))
    envelope["data"] = msgspec.Raw(msgspec.json.encode(data))
    return msgspec.json.encode(envelope)


def _came_out(watch: QueueWatch, prefixes: set[str]) -> dict[str, list[Data]]:
    """Returns what was published for each case, ignoring other publications."""
    by_prefix: dict[str, list[Data]] = {}
    for event in watch.determinations():
        data: Data = msgspec.json.decode(event)["data"]
        prefix = data["member_id"][: data["member_id"].find(":") + 1]
        if prefix in prefixes:
            by_prefix.setdefault(prefix, []).append(data)
    return by_prefix


def _fold(
    published: Iterable[Data],
) -> tuple[Mapping[MemberLineKey, Data], tuple[MemberLineKey, ...]]:
    """Returns the latest revision of each line, and the lines with a gap in their revisions."""
    revisions: dict[MemberLineKey, dict[int, Data]] = {}
    for data in published:
        revisions.setdefault(line_key(data), {})[data["revision"]] = data
    final = {key: by_number[max(by_number)] for key, by_number in revisions.items()}
    gaps = [key for key, by_number in revisions.items() if sorted(by_number) != _counted(by_number)]
    return final, tuple(sorted(gaps))


def _counted(by_number: Mapping[int, Data]) -> list[int]:
    return list(range(1, len(by_number) + 1))


def _event_id(raw: bytes) -> str | None:
    event = decode(raw, EVERY_CODE)
    return event.event_id if isinstance(event, Refusal) else event.id


def _without_prefix(decided: DecidedEvents, prefix: str) -> DecidedEvents:
    """Restores the member ids of the scenario."""
    final = [
        data | {"member_id": data["member_id"].removeprefix(prefix)}
        for data in decided.final.values()
    ]
    return decided._replace(final={line_key(data): data for data in final})
