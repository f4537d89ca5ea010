"""The rule libraries for scenarios: the one in use, or a changed copy of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from rules.library_model import Library
from rules.loading.files import derive_library, load_library
from worker.replay.scenarios import Scenario


class LibraryChoice(NamedTuple):
    """A library with the folders to start a worker with."""

    library: Library
    folder: Path
    plans: Path | None


class ScenarioLibraries:
    """
    Derives libraries for scenarios with parameters or authorities; equal ones are shared.

    The copies are in a temporary folder until the block ends.
    """

    def __init__(self, folder: Path, plans: Path | None) -> None:
        self._in_use = (folder, plans)
        self._copies = tempfile.TemporaryDirectory(prefix="mrs-libraries-")
        self._chosen: dict[bytes, LibraryChoice] = {}

    def key_of(self, scenario: Scenario) -> bytes:
        """Returns a key that is equal for scenarios decided by the same library."""
        if not scenario.needs_own_library:
            return b""
        return msgspec.json.encode([scenario.parameters, scenario.authorities], order="sorted")

    def choose(self, scenario: Scenario) -> LibraryChoice:
        """Returns the scenario's library; raises `LibraryRefused` if its settings are invalid."""
        key = self.key_of(scenario)
        if key not in self._chosen:
            folder, plans = self._in_use
            if key:
                copy = Path(self._copies.name) / str(len(self._chosen))
                derive_library(folder, copy, scenario.parameters, scenario.authorities)
                folder = copy
            self._chosen[key] = LibraryChoice(load_library(folder, plans), folder, plans)
        return self._chosen[key]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._copies.cleanup()
