"""Reads numbers and money: each into the one form of its value, so that equal events are equal."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

DECIMALS_MAX: Final = 3
"""Of units."""

_MOST: Final = 2**63 - 1
"""More than a record can hold becomes the most that it can."""

_NO_AMOUNT: Final = Decimal("0.00")
_AMOUNT_FORM: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")


def read_whole(value: object) -> int:
    """The number, or 0; 1.0 is whole."""
    if type(value) is int or (type(value) is float and value.is_integer()):
        return min(int(value), _MOST)
    return 0


def read_units(value: object) -> Decimal | None:
    """
    The number; None where it is none, less than 0, or has more than three decimals.

    JSON has numbers, not digits: 1, 1.0 and 1e0 are one.
    """
    if type(value) is int:
        number = Decimal(value)
    elif type(value) is float and math.isfinite(value):
        number = Decimal(repr(value))  # the shortest that is this number: it ends with no zero
    else:
        return None
    if number < 0:
        return None
    whole = min(int(number), _MOST)
    if number >= whole + 1 or number == whole:
        return Decimal(whole)
    _, _, exponent = number.as_tuple()
    return number if isinstance(exponent, int) and exponent >= -DECIMALS_MAX else None


def read_amount(text: str) -> Decimal | None:
    """The amount, with two decimals or more; None where the text is none."""
    if not _AMOUNT_FORM.fullmatch(text):
        return None
    units, _, fraction = text.partition(".")
    return Decimal(f"{units}.{fraction.rstrip('0').ljust(2, '0')}") or _NO_AMOUNT
