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
from rules.proof.check import Makers, OpenLibrary, Proof
from rules.proof.decisions import Decisions
from rules.proof.each_policy import check_of_policies, each_policy, policy_id_of
from rules.proof.policy_check import PolicyCheck
from rules.proof.product import has_product
from rules.proof.tables import SHARED, checks_of_further_tables, checks_of_tables
from rules.proof.witnesses import Witness, witnesses


class LibraryCheck:
    """The checks of one library, each made when it is asked for."""

    def __init__(self, opened: OpenLibrary, as_of: date) -> None:
        """`as_of`: the day on which it is asked what has ended or fallen due."""
        self._opened = opened
        self._as_of = as_of
        self._alone = tuple(each_policy(opened))
        self._decisions = {
            policy_id_of(one): Decisions(one)
            for one in self._alone
            if has_product(one.library.policies[0])
        }
        """Of the policies whose facts are gone through beside their answers."""

    def checks(self) -> Iterator[Proof]:
        """All of them, the quick ones first."""
        yield from check_of_policies(self._opened)
        for number, one in enumerate(self._alone):
            tables = checks_of_further_tables if number else checks_of_tables
            yield from _made(tables(one, self._as_of), one)
        for one in self._alone:
            yield from _made(PolicyCheck(one, policy_id_of(one) in self._decisions).checks, one)
        further = [one for one in self._alone if policy_id_of(one) in self._decisions]
        for one in further:
            yield from _made(self._decisions[policy_id_of(one)].checks, one)

    def witnesses(self) -> Iterator[Witness]:
        """The smallest situation for each service, outcome and reason that can be reached."""
        for decisions in self._decisions.values():
            yield from witnesses(decisions.enumerated)


def _made(makers: Makers, one: OpenLibrary) -> Iterator[Proof]:
    """Makes the checks of a library of one policy, one after the other."""
    for name, make in makers.items():
        proof = make()
        yield proof if name in SHARED else proof._replace(policy=policy_id_of(one))


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
