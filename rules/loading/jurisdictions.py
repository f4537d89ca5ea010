"""Who may make a clinical denial by law: the dated rows of `jurisdictions.csv`."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import get_args

from rules.loading.folder import LibraryFiles
from rules.loading.states import EVERY, HOW_TO_WRITE, STATES
from rules.loading.tables import Row, read_table
from rules.plans import DenialMode, JurisdictionRow, LineOfBusiness

FILE = "jurisdictions.csv"
COLUMNS = ("state", "line_of_business", "effective_from", "effective_to", "mode", "source")

_ANY = "*"
_LINES_OF_BUSINESS: tuple[str, ...] = (_ANY, *get_args(LineOfBusiness))
_MODES: tuple[DenialMode, ...] = get_args(DenialMode)


def read_jurisdictions(files: LibraryFiles) -> tuple[JurisdictionRow, ...]:
    """Reads the rows in file order; those of one state and line of business must not overlap."""
    read = [(row, _jurisdiction(row)) for row in read_table(files, FILE, COLUMNS)]
    for (first, earlier), (row, later) in combinations(read, 2):
        if _overlap(earlier, later):
            row.fault(
                f"overlaps {first.place} in time", "End one of the two before the other begins."
            )
    return tuple(jurisdiction for _, jurisdiction in read)


def state_or_every(row: Row, column: str) -> str:
    """Returns an existing state, or `*`."""
    found = row.text(column)
    if found and found != EVERY and found not in STATES:
        row.fault(
            f"{column} is {found!r}, which is not a state", f"{HOW_TO_WRITE[:-1]}, or {EVERY}."
        )
    return found


def _jurisdiction(row: Row) -> JurisdictionRow:
    since, until = row.span("effective_from", "effective_to")
    row.text("effective_from")
    return JurisdictionRow(
        state=state_or_every(row, "state"),
        line_of_business=row.choice("line_of_business", _LINES_OF_BUSINESS),
        effective_from=since or date.min,
        effective_to=until,
        mode=row.choice("mode", _MODES),
        source=row.text("source"),
    )


def _overlap(one: JurisdictionRow, other: JurisdictionRow) -> bool:
    return (
        (one.state, one.line_of_business) == (other.state, other.line_of_business)
        and (one.effective_to is None or other.effective_from < one.effective_to)
        and (other.effective_to is None or one.effective_from < other.effective_to)
    )
