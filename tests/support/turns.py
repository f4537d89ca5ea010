"""Turns at the door and in lanes of a store under test, in this process."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from rules.library_model import Library
from tests.support.worlds import TERMS, World
from worker.intake.consumer import DrainLimits, Slice, Work
from worker.intake.lane_handler import LaneHandler
from worker.intake.route import Routing
from worker.metrics.counters import Tally
from worker.store.compatibility import Compatibility
from worker.store.keys import lane_name

PACE = DrainLimits(
    slice_seconds=5,
    lease_milliseconds=60_000,
    batch_entries=300,
    batch_bytes=4_000_000,
    max_attempts=3,
    amends_seconds=0.1,
)


def turn(
    world: World,
    work: Work,
    pace: DrainLimits = PACE,
    terms: Compatibility = TERMS,
    has_room: Callable[[], bool] = lambda: True,
    seconds: float = 5,
) -> None:
    """One turn at one place."""
    Slice(world.store, work, pace, terms, has_room, monotonic() + seconds).run()


def route(world: World, terms: Compatibility = TERMS) -> None:
    """One turn at the door."""
    turn(world, Routing(world.store, terms.lanes, Tally()), terms=terms)


def drain(world: World, library: Library, terms: Compatibility = TERMS) -> None:
    """One turn in each lane."""
    for lane in range(terms.lanes):
        turn(world, LaneHandler(world.store, library, lane_name(lane), Tally()), terms=terms)


def work_off(world: World, library: Library, *events: bytes) -> None:
    """Sends events, and has all that waits done."""
    for event in events:
        world.send({b"event": event})
    route(world)
    drain(world, library)
