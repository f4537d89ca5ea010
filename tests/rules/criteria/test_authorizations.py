"""Prior authorizations: which words on one count, and what they stand in for."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.facts import Fact
from tests.rules.builders import (
    Sending,
    authorization,
    claim,
    instant,
    pet,
    pet_report,
    review,
    sent,
)
from tests.rules.deciding import answer, decide_line, finding, library

HOLDS, NOT = "met", "not_met"
CANCELLED = authorization(status="cancelled")
BEFORE, ON_THE_DAY, AFTER = instant(-1, 23, 59), instant(0), instant(1, 0, 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], NOT, id="none"),
        pytest.param([authorization(since=0)], HOLDS, id="from the day itself"),
        pytest.param([authorization(since=1)], NOT, id="from the day after"),
        pytest.param([authorization(through=0)], HOLDS, id="through the day itself"),
        pytest.param([authorization(through=-1)], NOT, id="through the day before"),
        pytest.param([authorization(since=0, through=0)], HOLDS, id="for that day alone"),
        pytest.param([authorization(procedure="70553")], NOT, id="of another procedure"),
        pytest.param([authorization(status="denied")], NOT, id="denied"),
        pytest.param([authorization(status="cancelled")], NOT, id="cancelled"),
        pytest.param(
            [authorization("A-1", status="denied"), authorization("A-2")], HOLDS, id="one of two"
        ),
    ],
)
def test_an_approved_authorization_whose_span_holds_the_day_counts(
    words: list[Sending], expected: str
) -> None:
    decided = decide_line(claim(diagnoses=("C61",)), *words)

    assert expected == answer(decided, "indication")[0]


@pytest.mark.parametrize(
    ("second", "at", "expected"),
    [
        pytest.param(CANCELLED, BEFORE, NOT, id="cancelled the day before"),
        pytest.param(
            CANCELLED, instant(0, 23, 59), NOT, id="cancelled on the day, in its last minute"
        ),
        pytest.param(CANCELLED, AFTER, HOLDS, id="cancelled in the first minute after the day"),
        pytest.param(authorization(status="denied"), AFTER, HOLDS, id="denied after the day"),
        pytest.param(authorization(since=5), AFTER, HOLDS, id="moved away after the day"),
        pytest.param(authorization(since=5), ON_THE_DAY, NOT, id="moved away on the day"),
        pytest.param(
            authorization(procedure="70553"), ON_THE_DAY, NOT, id="given to another procedure"
        ),
    ],
)
def test_what_was_approved_by_the_day_is_not_taken_back_later(
    second: Fact, at: datetime, expected: str
) -> None:
    words = [sent(authorization(), -5, "e-a"), sent(second, at, "e-b")]

    in_order = decide_line(claim(diagnoses=("C61",)), *words)
    reversed_order = decide_line(claim(diagnoses=("C61",)), *reversed(words))

    assert [expected, expected] == [
        answer(decided, "indication")[0] for decided in (in_order, reversed_order)
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            [sent(CANCELLED, -5, "e-a"), sent(authorization(), 5, "e-b")],
            HOLDS,
            id="approved after the day: the latest word",
        ),
        pytest.param(
            [
                sent(authorization(), -5, "e-a"),
                sent(CANCELLED, -4, "e-b"),
                sent(CANCELLED, 5, "e-c"),
            ],
            NOT,
            id="cancelled before and after",
        ),
        pytest.param(
            [
                sent(authorization(), -5, "e-a"),
                sent(CANCELLED, 5, "e-b"),
                sent(CANCELLED, 6, "e-c"),
            ],
            HOLDS,
            id="cancelled twice after",
        ),
        pytest.param(
            [sent(authorization(), 4, "e-a"), sent(CANCELLED, 5, "e-b")],
            NOT,
            id="both after: only the latest",
        ),
        pytest.param(
            [sent(authorization(), -5, "e-b"), sent(CANCELLED, -5, "e-a")],
            HOLDS,
            id="at one instant the greater event id",
        ),
        pytest.param(
            [
                sent(authorization(), -5, "e-a", "/b"),
                sent(CANCELLED, -5, "e-a", "/a"),
            ],
            HOLDS,
            id="then the greater source",
        ),
    ],
)
def test_the_latest_word_counts_and_the_latest_up_to_the_day(
    words: list[Sending], expected: str
) -> None:
    decided = decide_line(claim(diagnoses=("C61",)), *words)

    assert expected == answer(decided, "indication")[0]


def test_an_authorization_stands_in_for_the_clinical_criteria_before_exclusivity() -> None:
    decided = decide_line(claim(diagnoses=("C61",)), authorization())

    authorized = [
        finding(decided, name) for name in ("proven_service", "indication", "conventional_imaging")
    ]
    assert [["A-1"]] * 3 == [[e.id for e in found.evidence] for found in authorized]
    assert ("approved", "CRITERIA_MET") == (decided.outcome, decided.reason)


def test_an_authorization_of_one_line_is_none_of_another_day() -> None:
    decided = decide_line(claim(on=-11), authorization(since=-10))

    assert "CONVENTIONAL_IMAGING_UNKNOWN" == decided.reason


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("pend", ("pended", "PET_EXCLUSIVITY_UNCLEAR"), id="pend"),
        pytest.param("deny", ("denied", "PET_EXCLUSIVE"), id="deny"),
    ],
)
def test_what_exclusivity_would_deny_of_an_authorized_spectroscopy_is_a_choice(
    choice: str, expected: tuple[str, str]
) -> None:
    using = library(authorized_exclusivity=choice)

    decided = decide_line(claim(), pet_report(), authorization(), using=using)

    assert expected == (decided.outcome, decided.reason)
    assert choice == finding(decided, "pet_exclusivity").parameters["authorized_exclusivity"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("pend", ("pended", "PET_EXCLUSIVITY_UNCLEAR"), id="pend"),
        pytest.param("deny", ("denied", "PET_EXCLUSIVE"), id="deny"),
    ],
)
def test_and_of_an_authorized_pet(choice: str, expected: tuple[str, str]) -> None:
    spectroscopy: list[Sending] = [claim(on=-10), authorization("A-1", since=-10)]
    permit = authorization("A-2", "78608", since=0, through=0)

    decided = decide_line(
        *spectroscopy, pet(), permit, of="P-1", using=library(authorized_exclusivity=choice)
    )

    assert expected == (decided.outcome, decided.reason)


def test_what_is_only_unclear_of_an_authorized_service_stays_so() -> None:
    pending = pet_report(status="pending")

    decided = decide_line(
        claim(), pending, authorization(), using=library(authorized_exclusivity="deny")
    )

    assert ("unknown", "PET_EXCLUSIVITY_UNCLEAR") == answer(decided, "pet_exclusivity")


def test_an_authorized_pet_of_another_day_is_denied() -> None:
    spectroscopy: list[Sending] = [claim(on=-10), authorization("A-1", since=-10)]
    permit = authorization("A-2", "78608", since=1, through=2)

    decided = decide_line(*spectroscopy, pet(), permit, of="P-1")

    assert ("denied", "PET_EXCLUSIVE") == (decided.outcome, decided.reason)


def test_a_person_may_deny_what_was_authorized() -> None:
    decided = decide_line(claim(), authorization(), review(decision="denied"))

    assert ("denied", "REVIEWED") == (decided.outcome, decided.reason)
