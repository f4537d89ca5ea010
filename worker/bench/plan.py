"""
Generates the events of a plan of any size: the same seed gives the same events, byte for byte.

Each member has their own story (enrolment, imaging, spectroscopy, PET, what happens to the
claims). The events of a few hundred members at a time come in order of time, as they would from
a real plan. So any number of events needs little memory.

    python -m worker.bench.plan --events 300000 --seed 7 >plan.jsonl
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import count, islice

from worker.bench.plan_story import PlannedEvent, Story, arrival

MEMBERS_AT_A_TIME = 250


def plan_events(seed: int | str, events: int | None = None) -> Iterator[bytes]:
    """Returns `events` events of a plan as JSON texts; without a number, endlessly."""
    return islice(_all_events(seed), events)


def member_events(seed: int | str, member: int) -> list[PlannedEvent]:
    """Returns all events about one member, in order of time."""
    return Story(seed, member).events()


def main() -> None:
    """Writes events to standard output, one a line."""
    asked = argparse.ArgumentParser(description="Generate the events of a plan.")
    asked.add_argument("--events", type=int, default=10_000, help="how many")
    asked.add_argument("--seed", default="1", help="a different seed gives a different plan")
    given = asked.parse_args()
    for event in plan_events(given.seed, given.events):
        sys.stdout.buffer.write(event + b"\n")


def _all_events(seed: int | str) -> Iterator[bytes]:
    for first in count(0, MEMBERS_AT_A_TIME):
        together = [
            event
            for member in range(first, first + MEMBERS_AT_A_TIME)
            for event in member_events(seed, member)
        ]
        for event in sorted(together, key=arrival):
            yield json.dumps(event, separators=(",", ":")).encode()


if __name__ == "__main__":
    main()
