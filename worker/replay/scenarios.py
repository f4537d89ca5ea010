"""Scenario files: events with the determinations that they must lead to (`contract.md` 5)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from worker.determinations.data import Data
from worker.events.file_formats import NotEventLines
from worker.events.files import event_lines
from worker.failures import RefusedError

ArrivalOrder = Literal["given", "reversed", "shuffled", "doubled"]
ARRIVAL_ORDERS: tuple[ArrivalOrder, ...] = get_args(ArrivalOrder)


class NotAScenario(RefusedError):
    """A file holds something other than scenarios; the message says where and what."""


class Scenario(msgspec.Struct, frozen=True):
    """Events and their expected results."""

    name: str
    events: list[msgspec.Raw]
    """Each event's bytes as they are in the file."""
    expect: list[Data]
    why: str = ""
    cites: list[str] = []
    refused: list[str] | None = None
    """Ids of exactly the events that must be refused; None: not specified."""
    authorities: list[Data] = []
    parameters: Data = {}

    @property
    def needs_own_library(self) -> bool:
        """Whether it needs a library other than the one in use."""
        return bool(self.authorities or self.parameters)


def read_scenarios(files: Iterable[str]) -> Iterator[Scenario]:
    """Reads scenarios from files: one per `.json` file, one per line of any other."""
    for file in files:
        if file.endswith(".json"):
            yield scenario_of(Path(file).read_bytes(), file)
        else:
            for line in event_lines([file]):
                yield scenario_of(line.raw, f"{line.file}, row {line.row}")


def scenario_of(raw: bytes, where: str) -> Scenario:
    """Returns a scenario; raises `NotAScenario`, which says where it stood."""
    try:
        return msgspec.json.decode(raw, type=Scenario)
    except msgspec.DecodeError as error:
        raise NotAScenario(
            f"{where} is not a scenario: {error}. A .json file holds one scenario; any other holds "
            "one on each line, or one event on each line."
        ) from error


def read_scenarios_or_events(files: Iterable[str]) -> Iterator[Scenario]:
    """Reads scenarios from files; a file of plain events is one that expects nothing."""
    for file in files:
        if holds_scenarios(file):
            yield from read_scenarios([file])
        else:
            events = [msgspec.Raw(line.raw) for line in event_lines([file])]
            yield Scenario(name=file, events=events, expect=[])


def holds_scenarios(file: str) -> bool:
    """Whether a file holds scenarios rather than plain events."""
    if file.endswith(".json"):
        return True
    try:
        first = next(iter(event_lines([file])), None)
    except NotEventLines:
        return False  # whoever reads its lines is told what it is
    if first is None:
        return False
    try:
        keys = msgspec.json.decode(first.raw, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return False
    return "events" in keys and "specversion" not in keys


def in_arrival_order(events: Sequence[bytes], order: ArrivalOrder, seed: str) -> list[bytes]:
    """Returns the events in one of the orders; a shuffle depends only on the seed."""
    if order == "reversed":
        return list(reversed(events))
    if order == "doubled":
        return [*events, *events]
    if order == "shuffled":
        # Not for secrets: a scenario must be shuffled the same way on every run.
        return random.Random(seed).sample(events, len(events))  # noqa: S311
    return list(events)
