"""Rules of other authorities that precede the policy: the dated rows of `authorities.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Literal, get_args

from rules.loading.folder import LibraryFiles
from rules.loading.jurisdictions import state_or_every
from rules.loading.states import EVERY
from rules.loading.tables import PROCEDURE, Row, read_table
from rules.loading.words import one_of
from rules.plans import Authority, AuthorityRow, LineOfBusiness

FILE = "authorities.csv"
COLUMNS = (
    "authority",
    "reference",
    "procedures",
    "lines_of_business",
    "state",
    "effective_from",
    "effective_to",
    "effect",
    "source",
    "to_confirm",
)
Effect = Literal["non_covered", "governs"]

_AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
_EFFECTS: tuple[Effect, ...] = get_args(Effect)
_LINES_OF_BUSINESS: tuple[LineOfBusiness, ...] = get_args(LineOfBusiness)


def read_authorities(files: LibraryFiles) -> tuple[AuthorityRow, ...]:
    """Reads the rows in file order; those of one authority must not overlap in one state."""
    rows = read_table(files, FILE, COLUMNS)
    read = [(row, _authority(row)) for row in rows]
    for (_, earlier), (row, later) in combinations(read, 2):
        if _overlap(earlier, later):
            to_do = "End one before the other begins, or separate their states, codes or lines."
            row.fault(f"overlaps {earlier.authority} {earlier.reference}", to_do)
    return tuple(authority for _, authority in read)


def _authority(row: Row) -> AuthorityRow:
    row.text("source")
    since, until = row.span("effective_from", "effective_to")
    return AuthorityRow(
        authority=row.choice("authority", _AUTHORITIES),
        reference=row.text("reference"),
        procedures=_filled(row, "procedures", row.codes("procedures", PROCEDURE)),
        lines_of_business=_filled(row, "lines_of_business", _lines_of_business(row)),
        state=state_or_every(row, "state"),
        effective_from=since or date.min,
        effective_to=until,
        effect=row.choice("effect", _EFFECTS),
    )


def _lines_of_business(row: Row) -> tuple[str, ...]:
    named = row.codes("lines_of_business")
    for name in named:
        if name not in _LINES_OF_BUSINESS:
            wrong = f"lines_of_business has {name!r}, which is not allowed"
            row.fault(wrong, one_of(name, _LINES_OF_BUSINESS))
    return named


def _filled(row: Row, column: str, found: Sequence[str]) -> frozenset[str]:
    if not found:
        row.fault(f"{column} is empty", f"List {column}, separated by semicolons.")
    return frozenset(found)


def _overlap(one: AuthorityRow, other: AuthorityRow) -> bool:
    """Whether two rows of one authority share a procedure, line, state and day."""
    return (
        one.authority == other.authority
        and (one.state == other.state or EVERY in (one.state, other.state))
        and not one.procedures.isdisjoint(other.procedures)
        and not one.lines_of_business.isdisjoint(other.lines_of_business)
        and (one.effective_to is None or other.effective_from < one.effective_to)
        and (other.effective_to is None or one.effective_from < other.effective_to)
    )
