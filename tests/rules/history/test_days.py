"""Reckoning with days."""

from __future__ import annotations

from datetime import date

import pytest

from rules.history.days import years_between


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        pytest.param(date(2000, 6, 15), date(2018, 6, 14), 17, id="the day before a birthday"),
        pytest.param(date(2000, 6, 15), date(2018, 6, 15), 18, id="the birthday"),
        pytest.param(date(2000, 12, 31), date(2001, 1, 1), 0, id="in another year"),
        pytest.param(date(2004, 2, 29), date(2022, 2, 28), 17, id="29 February, a day before"),
        pytest.param(date(2004, 2, 29), date(2022, 3, 1), 18, id="29 February, on 1 March"),
        pytest.param(date(2004, 2, 29), date(2024, 2, 29), 20, id="29 February in a leap year"),
    ],
)
def test_years_are_complete_on_the_birthday(born: date, on: date, expected: int) -> None:
    assert expected == years_between(born, on)
