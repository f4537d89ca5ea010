"""
On which day a line was done.

The day of `servicedDate`; of a `servicedPeriod` that begins and ends on one day, that day. An item
without either is of the Claim's `billablePeriod`. A period of several days has the day on which it
begins, as a span has in X12. Days are as they were written, in the sender's time zone.
"""

from __future__ import annotations

from datetime import date

from doors.fhir.datatypes import Period
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import ClaimItem, ClaimResource


def day_in(text: str) -> str | None:
    """The day of a date or a date and time; None if its month does not have it."""
    day = text[:10]
    try:
        date.fromisoformat(day)
    except ValueError:
        return None
    return day


def day_served(item: ClaimItem, path: str, claim: ClaimResource, reading: ResourceReading) -> str:
    """The day of a line; empty after a fault was noted."""
    if item.servicedDate is not None:
        return _real(item.servicedDate, f"{path}.servicedDate", reading)
    if item.servicedPeriod is not None:
        return first_day(item.servicedPeriod, f"{path}.servicedPeriod", reading)
    if claim.billablePeriod is not None:
        return first_day(claim.billablePeriod, "billablePeriod", reading)
    reading.refuse(
        path, "required", "A servicedDate or servicedPeriod is needed, or a billablePeriod."
    )
    return ""


def first_day(period: Period, path: str, reading: ResourceReading) -> str:
    """The day on which a period begins; empty after a fault was noted."""
    if period.start is None or period.end is None:
        reading.refuse(path, "required", "A period with start and end is needed.")
        return ""
    start = _real(period.start, f"{path}.start", reading)
    end = _real(period.end, f"{path}.end", reading)
    if start and end and end < start:
        reading.refuse(path, "invariant", "It ends before it begins.")
    return start


def _real(text: str, path: str, reading: ResourceReading) -> str:
    day = day_in(text)
    if day is None:
        reading.refuse(path, "value", "There is no such day.")
    return day or ""
