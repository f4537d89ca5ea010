"""Dates, money and codes as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from console.letters.plain_words import (
    day_in_words,
    days_in_words,
    money_in_words,
    months_after,
    sentence,
    services_in_words,
)


def test_a_day_has_its_month_in_words():
    assert day_in_words(date(2026, 3, 4)) == "March 4, 2026"


def test_days_inside_a_text_are_put_into_words():
    assert days_in_words("of 2025-06-02, 14 days before") == "of June 2, 2025, 14 days before"


def test_what_only_looks_like_a_procedure_stays():
    labels = {"78608": "PET scan"}

    assert (
        services_in_words("78608 and 70553 in 180 days", labels) == "PET scan and 70553 in 180 days"
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [(Decimal("1850.5"), "$1,850.50"), (Decimal(0), "$0.00"), (None, "not on the claim")],
)
def test_money_has_two_decimals(amount: Decimal | None, said: str):
    assert money_in_words(amount) == said


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 15), 4, date(2026, 5, 15)),
        (date(2026, 10, 31), 4, date(2027, 3, 1)),
        (date(2027, 10, 29), 4, date(2028, 2, 29)),
        (date(2026, 8, 31), 4, date(2026, 12, 31)),
    ],
    ids=["the same day", "no such day", "a leap day", "in December"],
)
def test_months_are_counted_to_the_day_of_the_same_number(day: date, months: int, after: date):
    assert months_after(day, months) == after


@pytest.mark.parametrize(
    ("text", "said"), [("no MRI", "No MRI."), ("It is.", "It is."), ("", ""), (" ", "")]
)
def test_a_sentence_begins_with_a_capital_and_ends_with_a_stop(text: str, said: str):
    assert sentence(text) == said
