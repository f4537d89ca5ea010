"""Several contents of one claim id: which one is the claim, and what a review of them is worth."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.rules.builders import LIMITED_MRI, Sent, claim, instant, line, review, sent, void
from tests.rules.deciding import decide, decide_line, reasons

GOOD = claim(diagnoses=("C71.1",))
BAD = claim(diagnoses=("C61",))
OF_GOOD, OF_BAD = "CRITERIA_MET", "INVESTIGATIONAL_INDICATION"


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        pytest.param(
            sent(GOOD._replace(received_at=GOOD.received_at.replace(day=18)), 21, "e-2", "/b"),
            sent(BAD, 20, "e-1", "/a"),
            OF_GOOD,
            id="received first, though its event is later",
        ),
        pytest.param(
            sent(GOOD, 20, "e-2", "/b"), sent(BAD, 21, "e-1", "/a"), OF_GOOD, id="earlier event"
        ),
        pytest.param(
            sent(GOOD, 21, "e-1", "/a"), sent(BAD, 20, "e-2", "/b"), OF_BAD, id="later event"
        ),
        pytest.param(
            sent(GOOD, 20, "e-1", "/b"), sent(BAD, 20, "e-2", "/a"), OF_GOOD, id="lesser event id"
        ),
        pytest.param(
            sent(GOOD, 20, "e-2", "/a"), sent(BAD, 20, "e-1", "/b"), OF_BAD, id="greater event id"
        ),
        pytest.param(
            sent(GOOD, 20, "e-1", "/a"), sent(BAD, 20, "e-1", "/b"), OF_GOOD, id="lesser source"
        ),
        pytest.param(
            sent(GOOD, 20, "e-1", "/b"), sent(BAD, 20, "e-1", "/a"), OF_BAD, id="greater source"
        ),
    ],
)
def test_the_earliest_content_is_the_claim(good: Sent, bad: Sent, expected: str) -> None:
    given = reasons(good, bad, LIMITED_MRI)
    other_way_round = reasons(bad, good, LIMITED_MRI)

    assert ({"C-1": expected}, {"C-1": expected}) == (given, other_way_round)


def test_one_content_in_two_events_is_one_claim() -> None:
    actual = reasons(sent(GOOD, 20, "e-1"), sent(GOOD, 21, "e-2"), LIMITED_MRI)

    assert {"C-1": OF_GOOD} == actual


def test_the_time_of_a_content_is_its_earliest() -> None:
    twice = [sent(GOOD, 20, "e-1"), sent(GOOD, 22, "e-3")]

    actual = reasons(*twice, sent(claim("C-2"), 21, "e-2"), LIMITED_MRI)

    assert {"C-1": OF_GOOD, "C-2": "DUPLICATE"} == actual


def test_a_line_that_only_unused_contents_have_is_superseded() -> None:
    longer = claim(lines=(line(1), line(2, "99213"), line(3, "78608")))
    longest = claim(lines=(line(1), line(3), line(4)))

    decided = decide(
        sent(GOOD, 20, "e-1"), sent(longer, 21, "e-2"), sent(longest, 22, "e-3"), LIMITED_MRI
    )

    expected = {
        ("C-1", 1): ("approved", OF_GOOD),
        ("C-1", 2): ("not_applicable", "SUPERSEDED"),
        ("C-1", 3): ("not_applicable", "SUPERSEDED"),
        ("C-1", 4): ("not_applicable", "SUPERSEDED"),
    }
    assert expected == {key: (one.outcome, one.reason) for key, one in decided.items()}


def test_what_an_unused_content_replaces_stays_in_force() -> None:
    unused = void("C-1", "C-2")

    actual = reasons(
        sent(claim("C-1"), 20, "e-1"),
        sent(unused, 21, "e-2"),
        sent(claim("C-2", on=-1), 22, "e-3"),
        LIMITED_MRI,
    )

    assert {"C-1": OF_GOOD, "C-2": OF_GOOD} == actual


@pytest.mark.parametrize(
    ("reviewed_at", "expected"),
    [
        pytest.param(instant(21, 11, 59), OF_GOOD, id="before the last content"),
        pytest.param(instant(21, 12, 0), OF_GOOD, id="at the instant of the last content"),
        pytest.param(instant(21, 12, 1), "REVIEWED", id="after the last content"),
    ],
)
def test_a_review_counts_only_if_it_is_later_than_every_content(
    reviewed_at: datetime, expected: str
) -> None:
    denied = review(decision="denied")

    decided = decide_line(
        sent(LIMITED_MRI, 19, "e-0"),
        sent(GOOD, 20, "e-1"),
        sent(BAD, 21, "e-2"),
        sent(denied, reviewed_at, "e-3"),
    )

    assert expected == decided.reason


def test_a_content_sent_again_later_takes_nothing_from_a_review() -> None:
    decided = decide_line(
        sent(LIMITED_MRI, 19, "e-0"),
        sent(GOOD, 20, "e-1"),
        sent(BAD, 21, "e-2"),
        sent(review(decision="denied"), 22, "e-3"),
        sent(BAD, 23, "e-4"),
    )

    assert "REVIEWED" == decided.reason


def test_the_latest_review_that_counts_holds() -> None:
    decided = decide_line(
        sent(GOOD, 20, "e-1"),
        sent(review(decision="approved"), 22, "e-3"),
        sent(review(decision="denied"), 21, "e-4"),
        LIMITED_MRI,
    )

    assert ("approved", "REVIEWED") == (decided.outcome, decided.reason)
