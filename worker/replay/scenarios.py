"""Scenario files: events with the determinations that they must lead to (`contract.md` 5)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from worker.determinations.data import Data
from worker.events.files import event_lines
from worker.failures import RefusedError

ArrivalOrder = Literal["given", "reversed", "shuffled", "doubled"]
ORDERS: tuple[ArrivalOrder, ...] = get_args(ArrivalOrder)


class NotAScenario(RefusedError):
    """A file that holds something else than scenarios; the message says where and what."""


class Scenario(msgspec.Struct, frozen=True):
    """Events and what must come of them."""

    name: str
    events: list[msgspec.Raw]
    """Each event's bytes as they stand in the file."""
    expect: list[Data]
    why: str = ""
    cites: list[str] = []
    refused: list[str] | None = None
    """Ids of the events that must be refused, and no others; None: it says nothing of that."""
    authorities: list[Data] = []
    parameters: Data = {}

    @property
    def needs_own_library(self) -> bool:
        """Whether it is about a library other than the one in use."""
        return bool(self.authorities or self.parameters)


def read_scenarios(files: Iterable[str]) -> Iterator[Scenario]:
    """The scenarios of the files: one object a `.json` file, one a line of any other."""
    for file in files:
        if file.endswith(".json"):
            yield _scenario(Path(file).read_bytes(), file)
        else:
            for line in event_lines([file]):
                yield _scenario(line.raw, f"{line.file}, row {line.row}")


def read_scenarios_or_events(files: Iterable[str]) -> Iterator[Scenario]:
    """The scenarios of the files; a file of plain events is one scenario that expects nothing."""
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
    first = next(iter(event_lines([file])), None)
    if first is None:
        return False
    try:
        keys = msgspec.json.decode(first.raw, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return False
    return "events" in keys and "specversion" not in keys


def in_order(events: Sequence[bytes], order: ArrivalOrder, seed: str) -> list[bytes]:
    """The events in one of the orders; a shuffle is the same each time for the same seed."""
    if order == "reversed":
        return list(reversed(events))
    if order == "doubled":
        return [*events, *events]
    if order == "shuffled":
        # Not for secrets: the same scenario must be shuffled alike on every run.
        return random.Random(seed).sample(events, len(events))  # noqa: S311
    return list(events)


def _scenario(raw: bytes, where: str) -> Scenario:
    try:
        return msgspec.json.decode(raw, type=Scenario)
    except msgspec.DecodeError as error:
        raise NotAScenario(f"{where} is no scenario: {error}") from error
