"""Amounts and days as a claim states them, for what is written about it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation


def amount_of(text: str) -> Decimal:
    """An amount as it came; 0 where it was none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def day_in(text: str) -> date | None:
    """CCYYMMDD as a day; None where it is none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None
