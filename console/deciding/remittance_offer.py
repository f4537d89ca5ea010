"""Which remittance codes a reviewer is offered for a denial, and what is wrong with others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from rules.library_model import Library
from rules.loading.remittance import Remittance

_GROUP_OF_A_DENIAL: Final = "CO"
"""The group that a person's denial carries (`rules.md` 4)."""
_APART = re.compile(r"[\s,;]+")


class CodesOffered(NamedTuple):
    """What is in force on a day, as codes alone."""

    carcs: tuple[str, ...]
    """Those that a denial of group CO can have."""
    rarcs: tuple[str, ...]


def codes_on(library: Library, on: date) -> CodesOffered:
    """The codes of the library's table that a denial of a day can have."""
    table = _table(library)
    in_force = [held for held in table.codes if held.is_in_force(on)]
    carcs = [held.code for held in in_force if held.kind == "CARC" and _is_ours(table, held.code)]
    return CodesOffered(tuple(carcs), tuple(held.code for held in in_force if held.kind == "RARC"))


def split_codes(typed: str) -> tuple[str, ...]:
    """The codes in a text, which stand apart by blanks or commas; in upper case."""
    return tuple(code.upper() for code in _APART.split(typed) if code)


def pair_faults(
    library: Library, on: date, carc: str, rarcs: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """What is wrong with a pair, as (field, words); blank codes are no pair and no fault."""
    table = _table(library)
    if not carc:
        if rarcs:
            yield "carc", "A RARC stands beside a CARC: enter one, or leave both empty."
        return
    demand = table.demands.get(carc)
    if not table.is_carc(carc, on):
        yield "carc", "No CARC of the library that is in force today."
    elif not _is_ours(table, carc):
        yield "carc", f"This CARC belongs to another group than {_GROUP_OF_A_DENIAL}."
    elif demand is not None and demand.needs_rarc and not rarcs:
        yield "rarc", "This CARC asks for a RARC beside it."
    for code in rarcs:
        if not table.is_rarc(code, on):
            yield "rarc", f"{code[:12]} is no RARC of the library that is in force today."


def _is_ours(table: Remittance, carc: str) -> bool:
    demand = table.demands.get(carc)
    return demand is None or demand.group in (None, _GROUP_OF_A_DENIAL)


def _table(library: Library) -> Remittance:
    assert isinstance(library.remittance, Remittance)
    return library.remittance
