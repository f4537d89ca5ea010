"""Facts that a proof moves to another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.facts import Fact, Person, Treatment
from rules.proof.moved_facts import later
from rules.proof.situation import Situation

BORN = date(1961, 4, 30)
BEGUN, ENDED = date(2025, 5, 1), date(2025, 5, 31)
WEEK = timedelta(days=7)


def therapy(begun: date, ended: date | None) -> Treatment:
    return Treatment("T-1", "61510", begun, "performed", (), ended)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(Person(BORN), Person(BORN + WEEK), id="a birth date"),
        pytest.param(Person(), Person(), id="a person without one"),
        pytest.param(
            therapy(BEGUN, ENDED), therapy(BEGUN + WEEK, ENDED + WEEK), id="a therapy with its end"
        ),
        pytest.param(therapy(BEGUN, None), therapy(BEGUN + WEEK, None), id="one that goes on"),
    ],
)
def test_a_fact_is_moved_with_all_its_days(fact: Fact, expected: Fact) -> None:
    assert expected == later(fact, WEEK)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(Person(BORN), BORN, id="on the day of birth"),
        pytest.param(Person(), date.min, id="before everything, where no day is known"),
    ],
)
def test_who_a_member_is_could_be_told_from_birth_on(person: Person, expected: date) -> None:
    (one,) = Situation((person,)).events()

    assert expected == one.time.date()
