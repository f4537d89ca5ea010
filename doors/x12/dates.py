"""Dates as X12 writes them."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from doors.x12.loops import Elements, element

_YEARS: Final = range(1900, 2200)


@lru_cache(maxsize=1 << 14)
def day_of(text: str) -> str | None:
    """CCYYMMDD as YYYY-MM-DD; None: it is no date of the years 1900 to 2199."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if year not in _YEARS or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def span_of(dtp: Elements) -> tuple[str, str] | None:
    """The first and last day of a DTP segment; None: it is neither a D8 nor an RD8."""
    form, text = element(dtp, 2), element(dtp, 3)
    if form == "DT" and len(text) == 12:  # a day with hours and minutes
        form, text = "D8", text[:8]
    if form == "D8":
        day = day_of(text)
        return None if day is None else (day, day)
    if form != "RD8":
        return None
    first, _, last = text.partition("-")
    begin, end = day_of(first), day_of(last)
    return None if begin is None or end is None else (begin, end)


def instant_of(day: str, clock: str) -> datetime | None:
    """CCYYMMDD or YYMMDD, and HHMM with or without SS and hundredths, as UTC; None: it is none."""
    full = f"20{day}" if len(day) == 6 else day
    if day_of(full) is None or not (clock.isascii() and clock.isdigit()) or len(clock) < 4:
        return None
    hour, minute, second = int(clock[:2]), int(clock[2:4]), int(clock[4:6] or "0")
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime(int(full[:4]), int(full[4:6]), int(full[6:]), hour, minute, second, tzinfo=UTC)
