"""The published remittance codes of a library: no text, only dates and requirements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from rules.loading.folder import LibraryFiles
from rules.loading.tables import read_table
from rules.plans import Group

RemittanceKind = Literal["Group", "CARC", "RARC"]

_CODE = re.compile(r"[0-9A-Z]{1,5}")
_GROUPS: tuple[Group, ...] = get_args(Group)
_KINDS: tuple[RemittanceKind, ...] = get_args(RemittanceKind)


class RemittanceCode(NamedTuple):
    """A group, CARC or RARC, and when it began, changed and ended, if known."""

    code: str
    kind: RemittanceKind
    started: date | None
    changed: date | None
    ended: date | None
    """The first day on which it can no longer be used."""

    def is_in_force(self, on: date) -> bool:
        """Whether it can be used on a day; an unknown end never limits it."""
        return (self.started is None or self.started <= on) and (
            self.ended is None or on < self.ended
        )


class CarcDemand(NamedTuple):
    """What the published list requires alongside a CARC."""

    group: Group | None
    """The only group that it can be used with; None: any."""
    needs_rarc: bool


@dataclass(frozen=True)
class Remittance:
    """The published codes, and what some CARCs require alongside them."""

    codes: tuple[RemittanceCode, ...]
    demands: dict[str, CarcDemand]

    @cached_property
    def known(self) -> Mapping[tuple[RemittanceKind, str], RemittanceCode]:
        """Returns every published code, by its kind and code."""
        return {(held.kind, held.code): held for held in self.codes}

    def is_carc(self, code: str, on: date) -> bool:
        """Whether a claim adjustment reason code is in force on a day."""
        return self._is_in_force("CARC", code, on)

    def is_rarc(self, code: str, on: date) -> bool:
        """Whether a remittance advice remark code is in force on a day."""
        return self._is_in_force("RARC", code, on)

    def _is_in_force(self, kind: RemittanceKind, code: str, on: date) -> bool:
        held = self.known.get((kind, code))
        return held is not None and held.is_in_force(on)


def read_remittance_tables(files: LibraryFiles) -> Remittance:
    """Reads both tables; problems are recorded as faults."""
    return Remittance(_codes(files), _demands(files))


def _codes(files: LibraryFiles) -> tuple[RemittanceCode, ...]:
    columns = ("adj_code", "adj_type", "adj_start_date", "adj_last_modified", "adj_end_date")
    rows = read_table(files, "code_sets/carc_rarc.csv", columns, "adj_code", "adj_type")
    return tuple(
        RemittanceCode(
            row.code("adj_code", _CODE),
            row.choice("adj_type", _KINDS),
            row.day("adj_start_date"),
            row.day("adj_last_modified"),
            row.day("adj_end_date"),
        )
        for row in rows
    )


def _demands(files: LibraryFiles) -> dict[str, CarcDemand]:
    columns = ("carc", "group", "needs_rarc", "source")
    rows = read_table(files, "code_sets/carc_demands.csv", columns, "carc")
    return {
        row.code("carc", _CODE): CarcDemand(
            group=row.choice("group", _GROUPS) if row.optional("group") else None,
            needs_rarc=row.yes_no("needs_rarc"),
        )
        for row in rows
        if row.text("source")
    }
