"""Invents what upstream sends: a plan's events, some of them twice, and some that are no events."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from random import Random
from typing import Final, NamedTuple

from worker.bench.plan import member_events

Fields = Mapping[bytes, bytes]
"""An entry at the door."""

_EVENT: Final = b"event"
_TWICE, _REWRITTEN, _REUSED, _MALFORMED = 0.06, 0.03, 0.02, 0.04


class Poison(NamedTuple):
    """An event that the worker falls ill of."""

    kind: str
    raw: bytes


def entry_of(raw: bytes) -> Fields:
    """An event as a producer adds it."""
    return {_EVENT: raw}


def event_in(fields: Fields) -> bytes | None:
    """The bytes of the event in an entry, if it has any."""
    return fields.get(_EVENT)


def texts_in(entries: Iterable[Fields]) -> Iterator[bytes]:
    """All that can be read as JSON in entries, in whatever field it stands."""
    for fields in entries:
        for value in fields.values():
            with suppress(ValueError):
                json.loads(value)
                yield value


def entries_of(seed: int | str, count: int, members: int = 12) -> list[Fields]:
    """So many entries, in the order of arrival; they speak of so many members at a time."""
    lots = Random(f"entries {seed}")
    return list(islice(_entries(_events(seed, members, lots), lots), count))


def _events(seed: int | str, members: int, lots: Random) -> Iterator[bytes]:
    """The members' stories, each told in order, all of them mixed."""
    stories = [_story(seed, member) for member in range(members)]
    for told in itertools.count(members):
        while True:
            position = lots.randrange(members)
            raw = next(stories[position], None)
            if raw is None:
                stories[position] = _story(seed, told)
                break
            yield raw


def _story(seed: int | str, member: int) -> Iterator[bytes]:
    return (json.dumps(event).encode() for event in member_events(seed, member))


def _entries(events: Iterator[bytes], lots: Random) -> Iterator[Fields]:
    earlier: list[bytes] = []
    for raw in events:
        yield entry_of(raw)
        earlier.append(raw)
        again = lots.choice(earlier[-200:])
        if lots.random() < _TWICE:
            yield entry_of(again)
        if lots.random() < _REWRITTEN:
            yield entry_of(_rewritten(again))
        if lots.random() < _REUSED:
            yield entry_of(_reused(again))
        if lots.random() < _MALFORMED:
            yield _malformed(again, lots)


def _rewritten(raw: bytes) -> bytes:
    """The same event in other bytes."""
    return json.dumps(json.loads(raw), indent=1, sort_keys=True).encode()


def _reused(raw: bytes) -> bytes:
    """Another body under the same identity."""
    event = json.loads(raw)
    event["time"] = "2025-12-31T23:59:59Z"
    return json.dumps(event).encode()


def _malformed(raw: bytes, lots: Random) -> Fields:
    event = json.loads(raw)
    return lots.choice(
        [
            entry_of(raw[:-7]),
            entry_of(b"\xff" + raw),
            entry_of(b"[1, 2]"),
            entry_of(json.dumps(event | {"type": "claim.exploded.v1"}).encode()),
            entry_of(json.dumps(event | {"specversion": "0.3"}).encode()),
            entry_of(json.dumps(event | {"data": {"member_id": "M-1"}}).encode()),
            {b"evnt": raw, b"no\nte": b"\x00"},
        ]
    )
