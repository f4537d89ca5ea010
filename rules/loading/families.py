"""Sets of diagnoses given by headings: an entry covers everything under it in the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rules.loading.icd10cm import Icd10cmTable
from rules.loading.tables import DIAGNOSIS, Row

_SHORTEST = 3
_REMEMBERED = 4096


class DiagnosisFamily:
    """
    The codes that its entries cover.

    The codes under an entry are those in the ICD-10-CM table that extend it. Of the entries at or
    above a code, the longest wins; an exception removes everything under it again.
    """

    def __init__(self, entries: Mapping[str, bool], table: Icd10cmTable) -> None:
        """`entries` maps each entry to whether it is an exception."""
        self.entries = entries
        self._table = table
        self._said: dict[str, bool] = {}

    def __contains__(self, code: str) -> bool:
        """Whether an entry covers the code; never true of a text that is not in the table."""
        said = self._said.get(code)
        if said is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            entry = self.entry_of(code)
            said = entry is not None and not self.entries[entry] and bool(self._table.rows(code))
            self._said[code] = said
        return said

    def entry_of(self, code: str) -> str | None:
        """Returns the longest entry at or above a code."""
        return next((at for at in _upwards(code) if at in self.entries), None)


def read_entries(
    rows: Collection[tuple[Row, bool]], table: Icd10cmTable, kept_out: frozenset[str] = frozenset()
) -> dict[str, bool]:
    """
    Reads the entries of a family, and which are exceptions; problems are recorded as faults.

    `kept_out` are the first letters that no entry may begin with.
    """
    placed = {row.code("code", DIAGNOSIS): (row, takes_out) for row, takes_out in rows}
    for code, (row, takes_out) in placed.items():
        if not table.is_empty and not table.rows(code):
            to_do = "Use a code or heading from the table. For a range, list each heading."
            row.fault("is not in icd10cm.csv", to_do)
        if code[:1] in kept_out:
            to_do = "Remove it. A circumstance supports no purpose and rules none out."
            row.fault("is a circumstance, not a disease", to_do)
        _check_effect(row, takes_out, _above(code, placed))
    return {code: takes_out for code, (_, takes_out) in placed.items()}


def expanded(row: Row, code: str, table: Icd10cmTable) -> frozenset[str]:
    """Returns the billable codes at and under an entry; it is a fault if there are none."""
    found = frozenset(
        under for under in table.under(code) if any(held.is_billable for held in table.rows(under))
    )
    if not found and not table.is_empty:
        to_do = "Use a code or heading from the table. For a range, list each heading."
        row.fault(f"{code} has no billable code in icd10cm.csv", to_do)
    return found


def _check_effect(row: Row, takes_out: bool, above: tuple[str, bool] | None) -> None:
    """Checks that an entry differs from the next one above it; otherwise it has no effect."""
    if above is None:
        if takes_out:
            to_do = "Remove the row, or add the heading that it is an exception to."
            row.fault("is an exception, but there is no entry above it", to_do)
    elif above[1] == takes_out:
        wrong = f"has no effect: {above[0]} says the same"
        row.fault(wrong, "Remove the row, or correct its `except`.")


def _above(code: str, placed: Mapping[str, tuple[Row, bool]]) -> tuple[str, bool] | None:
    for at in _upwards(code):
        if at != code and at in placed:
            return at, placed[at][1]
    return None


def _upwards(code: str) -> Iterator[str]:
    """Returns the code and everything that it extends, the longest first."""
    for length in range(len(code), _SHORTEST - 1, -1):
        yield code[:length]
