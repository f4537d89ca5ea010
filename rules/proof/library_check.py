"""Proves a library: opens it with everything around it, and checks all that can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rules.loading.faults import Faults
from rules.loading.files import load_library, read_changes, read_policy, read_remittance
from rules.loading.folder import read_folder
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.sources import read_sources
from rules.proof.check import OpenLibrary, Proof
from rules.proof.decisions import Decisions
from rules.proof.first_policy import further_policies, of_first_policy
from rules.proof.tables import checks_of_tables
from rules.proof.witnesses import Witness, witnesses


class LibraryCheck:
    """The checks of one library, each made when it is asked for."""

    def __init__(self, opened: OpenLibrary, as_of: date) -> None:
        """`as_of`: the day on which it is asked what has ended or fallen due."""
        self._whole = opened
        self._opened = of_first_policy(opened)
        self._as_of = as_of
        self._decisions = Decisions(self._opened)

    def checks(self) -> Iterator[Proof]:
        """All of them, the quick ones first."""
        yield from further_policies(self._whole)
        for make in checks_of_tables(self._opened, self._as_of).values():
            yield make()
        for make in self._decisions.checks.values():
            yield make()

    def witnesses(self) -> Iterator[Witness]:
        """The smallest situation for each service, outcome and reason that can be reached."""
        return witnesses(self._decisions.enumerated)


def open_library(folder: Path, plans: Path | None) -> OpenLibrary:
    """Reads a library to prove it; raises `LibraryRefused` as `load_library` does."""
    library = load_library(folder, plans)
    table = library.icd10cm
    assert isinstance(table, Icd10cmTable)  # what `load_library` fills in
    sources = read_sources(read_folder(folder, plans, Faults()))
    return OpenLibrary(
        library,
        table,
        read_policy(folder),
        read_remittance(folder),
        sources,
        read_changes(folder),
    )
