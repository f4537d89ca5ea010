"""Reads days and instants; only the years 1900 to 2199 are meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_DAY: Final = r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_DAY_FORM: Final = re.compile(_DAY)
_TIME_FORM: Final = re.compile(
    rf"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,9}})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


def read_day(text: str) -> date | None:
    """The calendar date; None if the text is not one, as `YYYY-MM-DD`."""
    if not _DAY_FORM.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:  # a day that its month does not have
        return None


def read_time(text: str) -> datetime | None:
    """The instant (RFC 3339), in UTC, to the microsecond; None if the text is not one."""
    if not _TIME_FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:  # a day that its month does not have
        return None
