"""Wherever a worker dies or loses its store, the outcome is that of an undisturbed run."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from rules.library_model import Library
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import PACE
from tests.support.worlds import TERMS, MemoryWorld, RedisWorld, World
from worker.failures import StoreUnavailable
from worker.intake.commit_builder import READJUDICATE
from worker.intake.consumer import Slice
from worker.intake.lane_handler import LaneHandler
from worker.intake.route import Routing
from worker.metrics.counters import Tally
from worker.store.keys import DOOR, lane_name
from worker.store.protocol import Command

SETTLED_ROUNDS = 12


class Died(BaseException):
    """The process is gone: nothing after it is done."""


class Disturbed:
    """A store that fails once, before or after the n-th thing that is asked of it."""

    def __init__(self, store: Any, at: int, failure: BaseException, *, after: bool) -> None:
        self.asked = 0
        self._store = store
        self._at = at
        self._failure = failure
        self._after = after

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._store, name)

        def ask(*arguments: object, **named: object) -> object:
            self.asked += 1
            is_now = self.asked == self._at
            if is_now and not self._after:
                raise self._failure
            answer = method(*arguments, **named)
            if is_now:
                raise self._failure
            return answer

        return ask


FAULTS: dict[str, tuple[type[BaseException], bool]] = {
    "cut before": (StoreUnavailable, False),
    "answer lost": (StoreUnavailable, True),
    "dies before": (Died, False),
    "dies after": (Died, True),
}


def put_events(world: World) -> None:
    claim = event_of(CLAIM, attestations=[])
    for event in (
        encoded(claim),
        encoded(event_of(REPORT) | {"id": "e-2"}),
        b"nonsense",
        encoded(claim),
        encoded(event_of(CLAIM, member_id="M-2")),
    ):
        world.send({b"event": event})
    world.send({b"no": b"event"})
    world.store.agree(TERMS)
    world.store.add_commands(TERMS.lanes, [(0, Command(READJUDICATE, "M-1"))])


def work(world: World, store: Any, library: Library) -> None:
    """What a worker does, through a store that may be disturbed."""

    def turn(work: Routing | LaneHandler) -> None:
        Slice(store, work, PACE, TERMS, lambda: True, float("inf")).run()

    turn(Routing(store, TERMS.lanes, Tally()))
    for lane in range(TERMS.lanes):
        turn(LaneHandler(store, library, lane_name(lane), Tally()))


def settle(world: World, library: Library) -> None:
    """The leases of the dead run out, and undisturbed workers go on until nothing waits."""
    places = [DOOR, *map(lane_name, range(TERMS.lanes))]
    for _ in range(SETTLED_ROUNDS):
        for place in places:
            if isinstance(world, MemoryWorld):
                world.store.leases.pop(place, None)
            else:
                world.lose_lease(place)
        work(world, world.store, library)
        if world.store.waiting(places) == 0:
            return


def outcome(world: World) -> dict[str, Any]:
    """All that must not depend on what happened on the way."""
    published = [json.loads(each) for each in world.determinations()]
    counters = {name: n for name, n in world.counters().items() if n}
    uncounted = ("mrs_stage", "mrs_event_age", "mrs_batch", "mrs_retries", "mrs_fenced")
    return {
        "determinations": sorted(
            (event["id"], event["data"]["outcome"], event["data"]["record_version"])
            for event in published
        ),
        "dead letters": sorted(letter[b"reason"] for letter in world.letters()),
        "counters": {name: n for name, n in counters.items() if not name.startswith(uncounted)},
        "index": len(world.index("M-1")),
        "attempts": [world.attempts(lane_name(lane)) for lane in range(TERMS.lanes)],
    }


@pytest.fixture(scope="module")
def undisturbed(library: Library) -> tuple[dict[str, Any], int]:
    """The outcome of an undisturbed run, and how often it asked the store."""
    world = MemoryWorld()
    put_events(world)
    store = Disturbed(world.store, 0, StoreUnavailable(), after=False)
    work(world, store, library)
    return outcome(world), store.asked


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_point_changes_nothing_in_the_end(
    library: Library,
    undisturbed: tuple[dict[str, Any], int],
    fault: str,
    fresh: Callable[[], World],
):
    expected, asked = undisturbed
    failure, after = FAULTS[fault]

    for at in range(1, asked + 1):
        world = fresh()
        put_events(world)
        with suppress(Died):
            work(world, Disturbed(world.store, at, failure(), after=after), library)
        settle(world, library)

        assert (at, expected) == (at, outcome(world))


@pytest.mark.parametrize("fault", ["dies before", "dies after"])
def test_a_second_death_on_the_way_changes_nothing_either(
    library: Library, undisturbed: tuple[dict[str, Any], int], fault: str
):
    expected, asked = undisturbed
    failure, after = FAULTS[fault]

    for first in range(1, asked + 1, 3):
        for second in range(1, asked + 1, 5):
            world = MemoryWorld()
            put_events(world)
            for at in (first, second):
                try:
                    work(world, Disturbed(world.store, at, failure(), after=after), library)
                except Died:
                    world.store.leases.clear()
            settle(world, library)

            assert (first, second, expected) == (first, second, outcome(world))


@pytest.fixture(params=["memory", "redis"])
def fresh(request: pytest.FixtureRequest) -> Callable[[], World]:
    """Makes an empty store of one kind."""
    if request.param == "memory":
        return MemoryWorld
    world: RedisWorld = request.getfixturevalue("redis_world")

    def emptied() -> World:
        world.client.flushall()
        return world

    return emptied
