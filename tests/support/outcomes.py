"""Some events, a worker's way through them, and all that must not depend on disturbances."""

from __future__ import annotations

import json
from typing import Any

from rules.library_model import Library
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import PACE
from tests.support.worlds import TERMS, MemoryWorld, World
from worker.intake.commit_builder import READJUDICATE
from worker.intake.consumer import DrainLimits, Slice
from worker.intake.lane_handler import LaneHandler
from worker.intake.route import Routing
from worker.metrics.counters import Tally
from worker.store.keys import DOOR, lane_name
from worker.store.protocol import Command

SETTLED_ROUNDS = 12


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


def work(world: World, store: Any, library: Library, pace: DrainLimits = PACE) -> None:
    """What a worker does, through a store that may be disturbed."""

    def turn(work: Routing | LaneHandler) -> None:
        Slice(store, work, pace, TERMS, lambda: True, float("inf")).run()

    turn(Routing(store, TERMS.lanes, Tally()))
    for lane in range(TERMS.lanes):
        turn(LaneHandler(store, library, lane_name(lane), Tally()))


def resolve(world: World, library: Library) -> None:
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
