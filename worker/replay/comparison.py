"""Compares decisions with what a scenario expects, and the queue with `decide`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from worker.determinations.data import ORDER_DEPENDENT, Data, MemberLineKey
from worker.replay.scenarios import ArrivalOrder, Scenario


class DecidedEvents(NamedTuple):
    """The results of some events, however they were decided."""

    final: Mapping[MemberLineKey, Data]
    """The latest determination of each line."""
    refused: Mapping[bytes, str | None]
    """Maps each refused event, as sent, to its id if it can be read."""
    gaps: tuple[MemberLineKey, ...] = ()
    """Lines whose revisions are not 1, 2, 3 …"""


class FieldDifference(NamedTuple):
    """One field with a wrong value."""

    claim_id: str | None
    line: int | None
    field: str
    expected: Any
    queue: Any
    decide: Any


class ScenarioResult(NamedTuple):
    """One scenario in one order, with all its differences."""

    name: str
    order: ArrivalOrder | None
    """None: not tried."""
    differences: tuple[FieldDifference, ...]

    def as_json(self) -> Data:
        """Returns the object of `contract.md` 5."""
        return {
            "name": self.name,
            "order": self.order,
            "passed": not self.differences,
            "differences": [difference._asdict() for difference in self.differences],
        }


def compare(
    scenario: Scenario, order: ArrivalOrder, decide: DecidedEvents, queue: DecidedEvents | None
) -> ScenarioResult:
    """
    Finds where `decide` or the queue differ from what the scenario expects, or from each other.

    `queue` is None if no queue was used.
    """
    expected, found = _expected_by_line(scenario.expect, decide)
    for key in sorted({*expected, *decide.final, *(queue.final if queue else ())}):
        wanted = expected.get(key, {})
        if order != "given":
            wanted = {name: wanted[name] for name in wanted if name not in ORDER_DEPENDENT}
        by_queue = None if queue is None else queue.final.get(key, {})
        found += _line_differences(key, wanted, decide.final.get(key, {}), by_queue)
    found += _refusal_differences(scenario, decide, queue)
    for claim_id, line, _ in queue.gaps if queue else ():
        found.append(
            FieldDifference(claim_id, line, "revisions", "1, 2, 3 …", "a gap", "1, 2, 3 …")
        )
    return ScenarioResult(scenario.name, order, tuple(found))


def merged(results: Iterable[ScenarioResult], in_parts: Collection[str]) -> list[ScenarioResult]:
    """Merges the results of files that were compared part by part, one result per order."""
    whole: list[ScenarioResult] = []
    differences: dict[tuple[str, ArrivalOrder | None], tuple[FieldDifference, ...]] = {}
    for result in results:
        if result.name not in in_parts:
            whole.append(result)
            continue
        key = (result.name, result.order)
        differences[key] = differences.get(key, ()) + result.differences
    return whole + [ScenarioResult(*key, found) for key, found in differences.items()]


def summary(results: Sequence[ScenarioResult], skipped: int) -> Data:
    """Returns the last object of `contract.md` 5: number of scenarios and of differences."""
    return {
        "scenarios": len(results) + skipped,
        "differences": sum(len(result.differences) for result in results),
        "skipped": skipped,
    }


def _expected_by_line(
    expect: Iterable[Data], decide: DecidedEvents
) -> tuple[dict[MemberLineKey, Data], list[FieldDifference]]:
    """Maps expectations to lines; one that fits no line, or several, is a difference."""
    wanted: dict[MemberLineKey, Data] = {}
    found: list[FieldDifference] = []
    for one in expect:
        claim_id, line = one.get("claim_id"), one.get("line")
        fitting = [
            key
            for key in decide.final
            if key[:2] == (claim_id, line) and one.get("member_id", key[2]) == key[2]
        ]
        if len(fitting) == 1:
            wanted[fitting[0]] = wanted.get(fitting[0], {}) | one
        else:
            what = "several members have this line" if fitting else None
            found.append(FieldDifference(claim_id, line, "determination", one, what, what))
    return wanted, found


def in_terms_of(wanted: Data, decided: Data) -> Data:
    """
    Returns a determination as an expectation speaks of it.

    `answers` are those of the criteria that it names; `needs` are codes where it names codes.
    """
    asked = dict(decided)
    if isinstance(wanted.get("answers"), dict):
        given = {one["criterion"]: one["answer"] for one in decided.get("findings", ())}
        asked["answers"] = {name: given.get(name) for name in wanted["answers"]}
    needs = wanted.get("needs")
    if isinstance(needs, list) and all(isinstance(need, str) for need in needs):
        asked["needs"] = [need["code"] for need in decided.get("needs", ())]
    return asked


_ABSENT = object()


def _line_differences(
    key: MemberLineKey, wanted: Data, decide: Data, queue: Data | None
) -> Iterator[FieldDifference]:
    """Returns the fields of one line in which the two or three results differ."""
    claim_id, line, _ = key
    if queue is not None and bool(queue) != bool(decide):
        sayings = (_in_short(queue), _in_short(decide))
        yield FieldDifference(claim_id, line, "determination", wanted or None, *sayings)
        return
    asked = in_terms_of(wanted, decide)
    for name in sorted({*wanted, *decide, *(queue or {})}):
        by_decide = decide.get(name, _ABSENT)
        is_expected = name not in wanted or wanted[name] == asked.get(name, _ABSENT)
        if is_expected and (queue is None or _is_same(name, queue.get(name, _ABSENT), by_decide)):
            continue
        by_queue = None if queue is None else queue.get(name)
        yield FieldDifference(claim_id, line, name, wanted.get(name), by_queue, asked.get(name))


def _is_same(name: str, queue: object, decide: object) -> bool:
    """Compares without the link to the previous determination, which `decide` does not have."""
    if name == "digests" and isinstance(queue, dict) and isinstance(decide, dict):
        return bool(queue["record"] == decide["record"])
    return bool(queue == decide)


def _in_short(data: Data) -> str | None:
    return f"{data['outcome']} {data['reason']}" if data else None


def _refusal_differences(
    scenario: Scenario, decide: DecidedEvents, queue: DecidedEvents | None
) -> Iterator[FieldDifference]:
    """Returns, by event id, events refused unexpectedly or unexpectedly not refused."""
    by_decide = set(map(str, decide.refused.values()))
    wanted = by_decide if scenario.refused is None else set(scenario.refused)
    by_queue = by_decide if queue is None else set(map(str, queue.refused.values()))
    for event_id in sorted(wanted | by_decide | by_queue):
        sayings = [event_id in side for side in (wanted, by_queue, by_decide)]
        if not all(sayings):
            expected, queued, decided = ("refused" if is_so else "accepted" for is_so in sayings)
            queued_or_none = None if queue is None else queued
            yield FieldDifference(
                None, None, f"event {event_id}", expected, queued_or_none, decided
            )
