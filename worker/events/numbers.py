"""Reads numbers and money into a normal form, so that equal events compare equal."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

DECIMALS_MAX: Final = 3
"""Most decimals that units may have."""

_MOST: Final = 2**63 - 1
"""The largest number a record can hold; larger numbers are capped to it."""

_NO_AMOUNT: Final = Decimal("0.00")
_NOTHING: Final = Decimal(0)
AMOUNT_PATTERN: Final = r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
"""An amount of money or a measure, as a regular expression for other languages too."""

_AMOUNT_FORM: Final = re.compile(AMOUNT_PATTERN)


def read_whole(value: object) -> int:
    """The number, or 0 if it is not a whole number; 1.0 is whole."""
    if type(value) is int or (type(value) is float and value.is_integer()):
        return min(int(value), _MOST)
    return 0


def read_units(value: object) -> Decimal | None:
    """
    The number; None if it is not a number, is negative, or has more than three decimals.

    In JSON 1, 1.0 and 1e0 are the same number.
    """
    if type(value) is int:
        number = Decimal(value)
    elif type(value) is float and math.isfinite(value):
        number = Decimal(repr(value))  # the shortest form of this number, without trailing zeros
    else:
        return None
    if number < 0:
        return None
    whole = min(int(number), _MOST)
    if number >= whole + 1 or number == whole:
        return Decimal(whole)
    _, _, exponent = number.as_tuple()
    return number if isinstance(exponent, int) and exponent >= -DECIMALS_MAX else None


def read_measure(text: str) -> Decimal | None:
    """What was measured, without zeros that say nothing; None if the text is no number."""
    if not _AMOUNT_FORM.fullmatch(text):
        return None
    number = Decimal(text)
    if not number:
        return _NOTHING
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else number


def read_amount(text: str) -> Decimal | None:
    """The amount, with at least two decimals; None if the text is not an amount."""
    if not _AMOUNT_FORM.fullmatch(text):
        return None
    units, _, fraction = text.partition(".")
    return Decimal(f"{units}.{fraction.rstrip('0').ljust(2, '0')}") or _NO_AMOUNT
