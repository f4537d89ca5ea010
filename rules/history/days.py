"""Reckoning with days."""

from __future__ import annotations

from datetime import date


def days_before(day: date, days: int) -> date:
    """That many days before a day, or the first day that there is."""
    return date.fromordinal(max(day.toordinal() - days, 1))


def years_between(born: date, on: date) -> int:
    """How old in years someone is on a day; one of 29 February is a year older from 1 March on."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
