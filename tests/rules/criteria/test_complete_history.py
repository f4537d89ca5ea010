"""Criterion 8: when nothing on record proves that there was no MRI or CT."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    Day,
    Sending,
    authorization,
    claim,
    coverage,
    replacement,
    report,
    sent,
)
from tests.rules.deciding import answer, decide_line, finding, library

ABSENT = ("not_met", "CONVENTIONAL_IMAGING_ABSENT")
UNKNOWN = ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN")
UNUSABLE = ("unknown", "CONVENTIONAL_IMAGING_UNUSABLE")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param([], UNKNOWN, id="no enrolment on record"),
        pytest.param([coverage(-180)], ABSENT, id="since the first day of the span"),
        pytest.param([coverage(-179)], UNKNOWN, id="since the day after it"),
        pytest.param([coverage(-180, 0)], ABSENT, id="through the date of service"),
        pytest.param([coverage(-180, -1)], UNKNOWN, id="through the day before it"),
        pytest.param([coverage(plan="sample-essential")], UNKNOWN, id="with another plan"),
        pytest.param(
            [coverage(), coverage(0, plan="sample-essential")], ABSENT, id="with both, this longer"
        ),
        pytest.param(
            [sent(coverage(-400), 20, "e-a"), sent(coverage(-10), 21, "e-b")],
            UNKNOWN,
            id="corrected to a later start",
        ),
        pytest.param(
            [sent(coverage(-10), 21, "e-b"), sent(coverage(-400), 22, "e-a")],
            ABSENT,
            id="corrected to an earlier start",
        ),
        pytest.param(
            [sent(coverage(-10), 21, "e-b"), sent(coverage(-400), 20, "e-a")],
            UNKNOWN,
            id="corrected, in whatever order they came",
        ),
        pytest.param(
            [sent(coverage(-10), 20, "e-a"), sent(coverage(-400), 20, "e-b")],
            ABSENT,
            id="at one instant the greater event id",
        ),
        pytest.param(
            [sent(coverage(-10), 20, "e-a", "/b"), sent(coverage(-400), 20, "e-a", "/a")],
            UNKNOWN,
            id="then the greater source",
        ),
    ],
)
def test_the_latest_enrolment_with_the_claim_s_plan_must_cover_the_whole_span(
    known: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(received=30), *known)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("received", "lag", "expected"),
    [
        pytest.param(30, 30, ABSENT, id="30 days after"),
        pytest.param(29, 30, UNKNOWN, id="29 days after"),
        pytest.param(31, 30, ABSENT, id="31 days after"),
        pytest.param(0, 0, ABSENT, id="no lag"),
        pytest.param(44, 45, UNKNOWN, id="a longer lag, one day short"),
        pytest.param(45, 45, ABSENT, id="a longer lag"),
    ],
)
def test_the_claim_must_have_come_late_enough_for_the_imaging_claim(
    received: int, lag: int, expected: tuple[str, str | None]
) -> None:
    using = library(imaging_claim_lag_days=lag)

    decided = decide_line(claim(received=received), coverage(), using=using)

    assert expected == answer(decided, "conventional_imaging")
    used = finding(decided, "conventional_imaging").parameters
    assert lag == used["imaging_claim_lag_days"]


def test_a_replacement_counts_from_its_own_receipt() -> None:
    original = claim("C-1", received=1)

    decided = decide_line(original, replacement("C-2", "C-1", received=30), coverage(), of="C-2")

    assert ABSENT == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("days", "since", "expected"),
    [
        pytest.param(60, -60, ABSENT, id="covers the shorter span"),
        pytest.param(60, -59, UNKNOWN, id="does not"),
    ],
)
def test_the_span_is_that_of_the_lookback(
    days: int, since: Day, expected: tuple[str, str | None]
) -> None:
    using = library(conventional_lookback_days=days)

    decided = decide_line(claim(received=30), coverage(since), using=using)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    "known",
    [
        pytest.param([report(result="unknown")], id="a study without a result"),
        pytest.param([claim("C-7", "70553", on=-14)], id="a claim for a study"),
        pytest.param([authorization()], id="an authorization"),
    ],
)
def test_a_complete_history_proves_nothing_where_there_is(known: list[Sending]) -> None:
    decided = decide_line(claim(received=30), coverage(), *known)

    assert ABSENT != answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param([report(modifiers=("53",))], UNUSABLE, id="discontinued inside the span"),
        pytest.param([report(on=-181, modifiers=("53",))], ABSENT, id="discontinued before it"),
        pytest.param([report(on=-181)], UNUSABLE, id="of before the span"),
        pytest.param([report(on=-731)], ABSENT, id="of long ago"),
    ],
)
def test_what_is_of_no_use_is_not_the_same_as_nothing(
    known: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(received=30), coverage(), *known)

    assert expected == answer(decided, "conventional_imaging")
