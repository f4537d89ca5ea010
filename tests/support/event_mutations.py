"""Events changed at random places, many and fast, the same ones for the same seed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.support.event_builders import REPORT, event_of
from tests.worker.events.test_events_properties import (
    AMOUNTS,
    BASES,
    CODES_OR_NOT,
    DAYS,
    NUMBERS,
    TEXTS,
    TIMES,
    WORDS,
    places,
)
from worker.events.types import EVENT_TYPES

VALUES = [None, True, [], {}, [None], [{}], 2.125, -0.5, 1.1, "\x1f", "\ufeff", "\u180e", "\x1c9"]
VALUES += [*NUMBERS, *TEXTS, *AMOUNTS, *DAYS, *TIMES, *WORDS, *EVENT_TYPES, *CODES_OR_NOT]
ATTRIBUTES = {"data_base64": None, "subject": "x", "traceparent": "00-1", "dataschema": "urn:x"}
ALL_BASES = [*BASES, event_of(REPORT) | ATTRIBUTES]
AROUND = ["", " ", "\n", "\u2028", "\x85", "\x1c", "\ufeff", "\0", "0", "9", "-", "."]


def mutated_events(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Valid events with one to three places changed, left out, doubled or written otherwise."""
    lots = random.Random(seed)
    for _ in range(count):
        event = copy.deepcopy(lots.choice(ALL_BASES))
        for _ in range(lots.choice([1, 1, 1, 2, 3])):
            if event:
                _change(lots, event)
        yield event


def _change(lots: random.Random, event: dict[str, Any]) -> None:
    *steps, last = lots.choice(places(event))
    place: Any = event
    for step in steps:
        place = place[step]
    match lots.choice(["put", "put", "put", "edit", "edit", "drop", "double"]):
        case "put":
            place[last] = copy.deepcopy(lots.choice(VALUES))
        case "drop":
            del place[last]
        case "double" if isinstance(place, list):
            place.append(copy.deepcopy(place[last]))
        case "edit":
            place[last] = _edited(lots, place[last])


def _edited(lots: random.Random, value: Any) -> Any:
    """Nearly the same value."""
    if isinstance(value, str):
        at = lots.randint(0, len(value))
        cut = lots.choice([0, 0, 1])
        return value[:at] + lots.choice(AROUND) + value[at + cut :]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + lots.choice([-1, 1, 0.0, 0.001, 0.0001, 998])
    return [value]
