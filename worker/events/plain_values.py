"""
The values of plain events: what a typed structure takes, and their normal form.

Each function raises `ValueError` for a value that is out of the ordinary.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta

from worker.events.codes import DIAGNOSIS, MODIFIER, PROCEDURE, TAXONOMY, THERAPY, CodeForm
from worker.events.facts import LINES_MAX
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX
from worker.events.numbers import read_amount, read_measure, read_units
from worker.events.times import FIRST_YEAR, LAST_YEAR

CODES_REMEMBERED: Final = 4096

PlainIdentifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_CHARACTERS_MAX)]
"""Whether it is blank is still to be asked; see `not_blank`."""
PlainCode = Annotated[str, Meta(max_length=16)]
PlainLineNumber = Annotated[int, Meta(ge=1, le=LINES_MAX)]
PlainUnits = Annotated[int, Meta(ge=0, le=1_000_000)] | Annotated[float, Meta(ge=0, le=1_000_000)]

_ONE_UNIT: Final = Decimal(1)


def not_blank(*texts: str) -> None:
    """Raises `ValueError` if one of them is empty or blank."""
    for text in texts:
        if not text or text.isspace():
            raise ValueError("a blank text")


def or_none(text: str | None) -> str | None:
    """The text; None if it is blank."""
    return None if not text or text.isspace() else text


def plain_day(day: date) -> date:
    """A day of the years that are meant."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("a day of another century")
    return day


def plain_day_not_after(day: date, last: date) -> date:
    """The same, not after another."""
    if day > last:
        raise ValueError("a day after another")
    return plain_day(day)


def plain_units(units: float | None) -> Decimal:
    """A quantity; 1 if it is missing."""
    if units is None or units == 1:
        return _ONE_UNIT
    number = read_units(units)
    if number is None:
        raise ValueError("units of too many decimals")
    return number


def plain_amount(text: str | None) -> Decimal | None:
    """Money that may be missing."""
    if text is None:
        return None
    amount = read_amount(text)
    if amount is None:
        raise ValueError("an amount of another form")
    return amount


def plain_measure(text: str | None) -> Decimal | None:
    """What was measured; it may be missing."""
    if text is None:
        return None
    number = read_measure(text)
    if number is None:
        raise ValueError("a number of another form")
    return number


def _remembered(form: CodeForm) -> Callable[[str], str]:
    """The normal form of a code; the texts are short and the same ones come again."""

    @lru_cache(CODES_REMEMBERED)
    def normal(text: str) -> str:
        code = form.compared(text.strip())
        if code is None:
            raise ValueError("no code")
        return code

    return normal


plain_procedure, plain_modifier, plain_diagnosis, plain_taxonomy, plain_therapy = map(
    _remembered, (PROCEDURE, MODIFIER, DIAGNOSIS, TAXONOMY, THERAPY)
)
