"""Divides what is to be replayed into loads that fit in memory, grouped by library."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.processes.partitions import PART_BYTES, Partitions
from worker.replay.chunks import MemberChunk, split
from worker.replay.replay import MemberIdTooLong, ReplayCase, cases_of, prefix_of
from worker.replay.scenario_libraries import LibraryChoice, ScenarioLibraries
from worker.replay.scenarios import (
    ArrivalOrder,
    Scenario,
    holds_scenarios,
    read_scenarios_or_events,
)

NEEDS_OWN_WORKERS: Final = "needs workers with a library of its own: run it without --live"
READING, REPLAYING = "reading", "replaying"
WEIGHTS: Final = {READING: 1.0, REPLAYING: 100.0}
"""Time that the same events take in each stage, relative to one another."""

ID_TOO_LONG: Final = "a member id leaves no room for the prefix that makes it the replay's own"


class Load(NamedTuple):
    """Cases that are replayed together."""

    events: int
    cases: Callable[[], Sequence[ReplayCase]]
    """Created on demand, so that a large file's cases need not all be in memory."""


@dataclass(slots=True)
class ReplayLoad:
    """The loads that are decided by the same library."""

    choice: LibraryChoice
    cases: list[ReplayCase] = field(default_factory=list)
    parts: list[Load] = field(default_factory=list)

    @property
    def loads(self) -> list[Load]:
        """Returns one load for all scenarios and small files, then the parts of large files."""
        events = sum(len(case.events) for case in self.cases)
        return [*([Load(events, lambda: self.cases)] if self.cases else []), *self.parts]

    @property
    def events(self) -> int:
        """The number of events in all loads."""
        return sum(load.events for load in self.loads)


class Loads:
    """Everything to replay; parts of large files are in a folder until the block ends."""

    def __init__(
        self,
        orders: Sequence[ArrivalOrder],
        libraries: ScenarioLibraries,
        *,
        may_derive: bool,
        part_bytes: int = PART_BYTES,
    ) -> None:
        self.skipped: dict[str, str] = {}
        """Maps the name of a skipped scenario or file to the reason."""
        self.in_parts: set[str] = set()
        """The files that are too large to replay in one go."""
        self._orders = orders
        self._libraries = libraries
        self._may_derive = may_derive
        self._part_bytes = part_bytes
        self._run = f"replay-{secrets.token_hex(4)}"
        self._number = 0
        self._groups: dict[bytes, ReplayLoad] = {}
        self._files_in_parts = ExitStack()

    @property
    def groups(self) -> Sequence[ReplayLoad]:
        """Returns what was added, grouped by library."""
        return tuple(self._groups.values())

    def add(self, file: str, done: Callable[[int], object] = lambda _: None) -> None:
        """
        Adds the contents of a file: scenarios, or any number of events.

        `done` is told of all bytes of a large file twice.
        """
        if Path(file).stat().st_size > self._part_bytes and not holds_scenarios(file):
            self._add_in_parts(file, done)
            return
        for scenario in read_scenarios_or_events([file]):
            self._add_scenario(scenario)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files_in_parts.close()

    def _add_scenario(self, scenario: Scenario) -> None:
        if scenario.needs_own_library and not self._may_derive:
            self.skipped[scenario.name] = NEEDS_OWN_WORKERS
            return
        try:
            cases = cases_of(scenario, self._orders, self._run, self._number)
        except MemberIdTooLong:
            self.skipped[scenario.name] = ID_TOO_LONG
            return
        self._number += len(cases)
        self._group_of(scenario).cases.extend(cases)

    def _add_in_parts(self, file: str, done: Callable[[int], object]) -> None:
        count = Path(file).stat().st_size // self._part_bytes + 1
        parts = self._files_in_parts.enter_context(Partitions(self._part_bytes, count))
        found = split(file, parts, done)
        if found.longest_member_id + len(prefix_of(self._run, 0)) > IDENTIFIER_CHARACTERS_MAX:
            self.skipped[file] = ID_TOO_LONG
            return
        self.in_parts.add(file)
        group = self._group_of(Scenario(name=file, events=[], expect=[]))
        for part in found.parts:
            group.parts.append(self._load_of(file, part, self._number))
            self._number += len(self._orders)

    def _load_of(self, file: str, part: MemberChunk, number: int) -> Load:
        def cases() -> Sequence[ReplayCase]:
            events = [msgspec.Raw(event) for event in part.events()]
            scenario = Scenario(name=file, events=events, expect=[])
            return cases_of(scenario, self._orders, self._run, number)

        times = sum(2 if order == "doubled" else 1 for order in self._orders)
        return Load(part.size * times, cases)

    def _group_of(self, scenario: Scenario) -> ReplayLoad:
        key = self._libraries.key_of(scenario)
        if key not in self._groups:
            self._groups[key] = ReplayLoad(self._libraries.choose(scenario))
        return self._groups[key]
