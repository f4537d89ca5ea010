"""Reckoning with days."""

from __future__ import annotations

from datetime import date


def days_before(day: date, days: int) -> date:
    """That many days before a day, or the first day that there is."""
    return date.fromordinal(max(day.toordinal() - days, 1))
