"""
Invents the events of a plan of any size: the same seed gives the same events, byte for byte.

Each member has a story of their own (enrolment, imaging, spectroscopy, PET, what becomes of the
claims). The events of some hundred members at a time come in the order of their times, as they
would from a real plan, so that any number is made in little memory.

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
    """So many events of a plan, one JSON text each; without a number they never end."""
    return islice(_all_events(seed), events)


def member_events(seed: int | str, member: int) -> list[PlannedEvent]:
    """All events about one member, in the order of their times."""
    return Story(seed, member).events()


def main() -> None:
    """Writes events to standard output, one a line."""
    asked = argparse.ArgumentParser(description="Invents the events of a plan.")
    asked.add_argument("--events", type=int, default=10_000, help="how many")
    asked.add_argument("--seed", default="1", help="another one makes another plan")
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
