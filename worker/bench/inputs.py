"""What every form of the program is given: files with the same events for all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rules.library_model import Library
from worker.bench.extent import Extent
from worker.bench.growth import APPLIED, claims_beside_studies
from worker.bench.kernel import members_of_the_plan
from worker.bench.plan import plan_events
from worker.bench.throughput import ONE_BY_ONE, SEED, warm_up


class Inputs(NamedTuple):
    """Files, by what they are for."""

    members: Path
    """A list of events for each member who has as many claims and studies as the target says."""
    batches: Mapping[str, Path]
    """Events to warm up with and to measure, for contenders that take batches."""
    singly: Mapping[str, Path]
    """The same for contenders that take one event at a time."""
    studies: Mapping[int, Path]
    """A member with four claims and so many studies."""
    applied: Mapping[str, Mapping[int, Path]]
    """By growth curve and size: the events of a member."""


def written_inputs(folder: Path, library: Library, extent: Extent) -> Inputs:
    """Writes the files into a folder."""
    events = list(plan_events(SEED, extent.events))
    few = events[: max(len(events) // ONE_BY_ONE, 1)]
    first = _lines(folder / "warm-up", warm_up())
    return Inputs(
        members=_members(folder / "members", members_of_the_plan(library)),
        batches={"warm_up": first, "events": _lines(folder / "events", events)},
        singly={"warm_up": first, "events": _lines(folder / "few-events", few)},
        studies={
            size: _members(folder / f"studies-{size}", [claims_beside_studies(size)])
            for size in extent.sizes
        },
        applied={
            curve: {size: _lines(folder / f"{curve}-{size}", made(size)) for size in extent.sizes}
            for curve, made in APPLIED.items()
        },
    )


def _lines(file: Path, events: Iterable[bytes]) -> Path:
    file.write_bytes(b"".join(event + b"\n" for event in events))
    return file


def _members(file: Path, members: Iterable[Sequence[bytes]]) -> Path:
    lists = ([event.decode() for event in events] for events in members)
    return _lines(file, (json.dumps(each).encode() for each in lists))
