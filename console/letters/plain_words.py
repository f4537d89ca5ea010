"""Dates, money and codes as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY: Final = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_PROCEDURE: Final = re.compile(r"\b(?:\d{5}|\d{4}T|G\d{4})\b")
_MONTHS_OF_A_YEAR: Final = 12


def day_in_words(day: date) -> str:
    """A date without doubt which is the month: `June 16, 2025`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def days_in_words(text: str) -> str:
    """A text with its dates in words."""
    return _DAY.sub(lambda found: day_in_words(date(*map(int, found.groups()))), text)


def services_in_words(text: str, labels: Mapping[str, str]) -> str:
    """A text with labels in the place of the procedure codes that have one."""
    return _PROCEDURE.sub(lambda found: labels.get(found[0], found[0]), text)


def money_in_words(amount: Decimal | None) -> str:
    """An amount in dollars."""
    return "not on the claim" if amount is None else f"${amount:,.2f}"


def months_after(day: date, months: int) -> date:
    """
    The day that many months later.

    Where that month has no such day, the first of the month after (45 CFR 147.136(d)(2)(i)).
    """
    count = day.month - 1 + months
    year, month = day.year + count // _MONTHS_OF_A_YEAR, count % _MONTHS_OF_A_YEAR + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year, month + 1, 1)  # December has every day


def sentence(text: str) -> str:
    """A text that begins with a capital and ends with a full stop."""
    said = text.strip().rstrip(".")
    return f"{said[:1].upper()}{said[1:]}." if said else ""
