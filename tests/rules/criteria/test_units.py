"""A kind of criterion: a line bills no more than so many units."""

from __future__ import annotations

import pytest

from rules.terms_of_lines import UnitsTerms
from tests.rules.asking_of_lines import ask, criterion, whole
from tests.rules.builders import authorization, claim

TWO = criterion("units", UnitsTerms(most=2), filled=["most"])


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param("0.5", ("met", None), id="a fraction"),
        pytest.param("2", ("met", None), id="as many as there may be"),
        pytest.param("2.001", ("not_met", "too_many"), id="a little more"),
        pytest.param("3", ("not_met", "too_many"), id="one more"),
    ],
)
def test_a_line_bills_no_more_units_than_the_policy_says(units, expected):
    found = ask(TWO, claim(units=units))

    assert (expected, f"units billed: {units}, at most: 2", ()) == whole(found)
    assert {"own_most": 2} == found.parameters


def test_a_large_number_is_written_out():
    found = ask(TWO, claim(units="1E+3"))

    assert "units billed: 1000, at most: 2" == found.because


def test_an_authorization_says_nothing_of_units():
    found = ask(TWO, claim(units=3), authorization())

    assert "not_met" == found.answer


def test_units_of_other_lines_are_not_added():
    found = ask(TWO, claim(units=2), claim("C-2", units=2))

    assert "met" == found.answer
