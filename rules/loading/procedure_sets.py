"""The sets of procedures of a policy version, with the dates between which each is valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from rules.code_sets import ConventionalCode, DecidedCode, PetClass, ResetKind, WatchedCode
from rules.loading.folder import LibraryFiles
from rules.loading.tables import PROCEDURE, Row, read_table

MeaningT = TypeVar("MeaningT")
_PET_CLASSES: tuple[PetClass, ...] = get_args(PetClass)
_RESETS: tuple[ResetKind, ...] = get_args(ResetKind)


class Dated(NamedTuple, Generic[MeaningT]):
    """What a procedure means, with its first day and the day after its last, if known."""

    meaning: MeaningT
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Whether it is valid on a day; an unknown end never limits it."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


class ProcedureSets(NamedTuple):
    """Every set of procedures; a procedure belongs to only one."""

    decided: dict[str, DecidedCode]
    """Their dates are ignored: whether a line is in scope must not depend on them."""
    watched: dict[str, Dated[WatchedCode]]
    conventional_imaging: dict[str, Dated[ConventionalCode]]
    episode_reset: dict[str, Dated[ResetKind]]

    def turns(self) -> tuple[date, ...]:
        """Returns the days on which a procedure begins or ends, in order."""
        sets = (self.watched, self.conventional_imaging, self.episode_reset)
        days = chain.from_iterable(_ends(dated.values()) for dated in sets)
        return tuple(sorted(set(days)))


def _ends(dated: Iterable[Dated[Any]]) -> Iterator[date]:
    for held in dated:
        yield from (day for day in (held.valid_from, held.valid_to) if day is not None)


def read_procedure_sets(
    files: LibraryFiles, folder: str, service: str, watched: str | None
) -> ProcedureSets:
    """
    Reads all sets of a version; problems are recorded as faults.

    `service` and `watched` name the sets of what it decides and of what it only watches.
    """
    reading = _Reading(files, folder)
    return ProcedureSets(
        decided={
            code: DecidedCode(
                investigational=row.yes_no("investigational"),
                has_components=row.yes_no("has_components"),
            )
            for code, row, _ in reading.rows(service, "investigational", "has_components")
        },
        watched={
            code: Dated(
                WatchedCode(
                    pet_class=row.choice("pet_class", _PET_CLASSES),
                    has_own_ct=row.yes_no("has_own_ct"),
                ),
                *span,
            )
            for code, row, span in reading.rows(watched or "", "pet_class", "has_own_ct")
        },
        conventional_imaging={
            code: Dated(
                ConventionalCode(may_be_attenuation=row.yes_no("may_be_attenuation")), *span
            )
            for code, row, span in reading.rows("conventional_imaging", "may_be_attenuation")
        },
        episode_reset={
            code: Dated(row.choice("kind", _RESETS), *span)
            for code, row, span in reading.rows("episode_reset", "kind")
        },
    )


def read_named_set(files: LibraryFiles, folder: str, name: str) -> frozenset[str]:
    """Reads a plain list of codes, of whatever kind."""
    file = f"{folder}/code_sets/{name}.csv"
    if file not in files.names:
        return frozenset()
    rows = read_table(files, file, ("code", "label", "source"), "code")
    return frozenset(row.text("code") for row in rows if row.text("label") and row.text("source"))


def meanings(dated: Mapping[str, Dated[MeaningT]], on: date | None) -> dict[str, MeaningT]:
    """Returns the meanings of procedures valid on a day; without a day, of all of them."""
    return {code: held.meaning for code, held in dated.items() if on is None or held.holds(on)}


class _Reading:
    """Reads the sets one by one, and remembers which procedures it has seen."""

    def __init__(self, files: LibraryFiles, folder: str) -> None:
        self._files = files
        self._folder = folder
        self._known: dict[str, str] = {}

    def rows(
        self, name: str, *columns: str
    ) -> list[tuple[str, Row, tuple[date | None, date | None]]]:
        file = f"{self._folder}/code_sets/{name}.csv"
        if file not in self._files.names:
            return []  # a policy may be without it
        every = ("code", *columns, "valid_from", "valid_to", "label", "source")
        found = []
        for row in read_table(self._files, file, every, "code"):
            code = row.code("code", PROCEDURE)
            if self._known.setdefault(code, name) != name:
                to_do = "Keep the procedure in one set only."
                row.fault(f"is also in {self._known[code]}.csv", to_do)
            row.text("label")
            row.text("source")
            found.append((code, row, row.span("valid_from", "valid_to")))
        return found
