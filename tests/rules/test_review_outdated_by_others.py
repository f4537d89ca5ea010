"""What other lines, and their reviews, do to a reviewer's denial; when its line is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    authorization,
    claim,
    day,
    finalization,
    instant,
    pet,
    report,
    review,
    sent,
    void,
)
from tests.rules.deciding import decide, decide_line, library
from tests.rules.denied_line import DENIED, LINE, OUTDATED, STANDS, after, verdict

# --------------------------------------------------------------- what stood, and what others knew

RIVAL = sent(pet(on=-10, received=4), 9, "e-pet")


@pytest.mark.parametrize(
    ("of_pet", "expected"),
    [
        pytest.param([], STANDS, id="the PET stood and stands"),
        pytest.param(
            [sent(review("P-1", decision="denied"), 25, "e-q")],
            OUTDATED,
            id="a person denied the PET later",
        ),
        pytest.param(
            [sent(review("P-1", decision="denied"), 19, "e-q")],
            STANDS,
            id="a person had denied the PET before",
        ),
        pytest.param(
            [sent(review("P-1", decision="denied"), 20, "e-q")],
            STANDS,
            id="at the same instant",
        ),
        pytest.param(
            [sent(finalization("P-1", status="denied"), 25, "e-q")],
            OUTDATED,
            id="the core system denied it later",
        ),
        pytest.param(
            [sent(finalization("P-1", status="denied"), 19, "e-q")],
            STANDS,
            id="the core system had denied it before",
        ),
        pytest.param(
            [sent(void("P-8", "P-1"), 25, "e-q")], OUTDATED, id="its claim was withdrawn later"
        ),
    ],
)
def test_other_lines_and_their_reviews_are_those_of_the_time_too(
    of_pet: list[Sending], expected: tuple[str, str]
) -> None:
    actual = verdict(decide(sent(LIMITED_MRI, 8, "e-m"), LINE, RIVAL, DENIED, *of_pet))

    assert expected == actual


def test_what_stood_then_stood_as_outdated_as_it_was_then() -> None:
    """The PET's denial was outdated when the line was reviewed; a second one freed the line."""
    earlier_mrs = sent(claim("C-0", on=-20), 8, "e-c0")
    pet_denied = sent(review("P-1", decision="denied"), 15, "e-q")
    mrs_withdrawn = sent(void("C-9", "C-0"), 17, "e-v")
    told = [earlier_mrs, RIVAL, LINE, pet_denied, mrs_withdrawn, DENIED]
    told.append(sent(LIMITED_MRI._replace(date_of_service=day(-30)), 7, "e-m"))

    waiting = decide(*told)
    denied_again = decide(*told, sent(review("P-1", decision="denied"), 25, "e-q2"))

    assert (OUTDATED, STANDS) == (verdict(waiting, "P-1"), verdict(waiting))
    assert (STANDS, OUTDATED) == (verdict(denied_again, "P-1"), verdict(denied_again))


def test_a_pet_is_outdated_when_the_spectroscopy_before_it_is_withdrawn() -> None:
    earlier_mrs = sent(claim("C-0", on=-20), 8, "e-c0")
    later_pet = sent(pet(), 9, "e-pet")
    pet_denied = sent(review("P-1", decision="denied"), 20, "e-r")
    told = [earlier_mrs, later_pet, pet_denied]

    stands = verdict(decide(*told), "P-1")
    outdated = verdict(decide(*told, sent(void("C-9", "C-0"), 21, "e-v")), "P-1")

    assert (STANDS, OUTDATED) == (stands, outdated)


# --------------------------------------------------------------------------------- of the same day

SAME_DAY = [sent(LIMITED_MRI, 7, "e-m"), sent(claim(), 9, "e-0"), sent(pet(), 9, "e-pet")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            [], {"C-1": "PET_EXCLUSIVITY_UNCLEAR", "P-1": "PET_EXCLUSIVITY_UNCLEAR"}, id="no review"
        ),
        pytest.param(
            [DENIED], {"C-1": "REVIEWED", "P-1": "NO_CONFLICT"}, id="a denied one does not stand"
        ),
        pytest.param(
            [DENIED, sent(finalization("P-1", status="denied"), 21, "e-x")],
            {"C-1": "REVIEW_OUTDATED", "P-1": "NO_CONFLICT"},
            id="outdated only by what became of its equal: alone it would be denied still",
        ),
        pytest.param(
            [DENIED, sent(report("S-2", "70551", on=-5, result="conclusive"), 6, "e-x")],
            {"C-1": "REVIEWED", "P-1": "NO_CONFLICT"},
            id="a conclusive MRI that was known",
        ),
        pytest.param(
            [
                DENIED,
                sent(report("S-2", "70551", on=-5, result="conclusive"), 6, "e-x"),
                sent(report("S-2", "70551", on=-5, result="limited"), 21, "e-y"),
            ],
            {"C-1": "REVIEW_OUTDATED", "P-1": "PET_EXCLUSIVITY_UNCLEAR"},
            id="outdated by itself it may stand again",
        ),
        pytest.param(
            [DENIED, sent(review("P-1", decision="denied"), 21, "e-x")],
            {"C-1": "REVIEW_OUTDATED", "P-1": "REVIEWED"},
            id="a person denied the other one later",
        ),
        pytest.param(
            [DENIED, sent(review("P-1", decision="denied"), 20, "e-x")],
            {"C-1": "REVIEWED", "P-1": "REVIEWED"},
            id="a person denied both at once",
        ),
        pytest.param(
            [DENIED, sent(authorization(procedure="78608"), 21, "e-x")],
            {"C-1": "REVIEWED", "P-1": "NO_CONFLICT"},
            id="what says nothing of the line",
        ),
    ],
)
def test_of_two_on_one_day_each_is_looked_at_as_it_was_then(
    facts: list[Sending], expected: dict[str, str]
) -> None:
    decided = decide(*SAME_DAY, *facts)

    assert expected == {claim_id: one.reason for (claim_id, _), one in decided.items()}


# -------------------------------------------------------------------------------------------- due


@pytest.mark.parametrize(
    ("received", "reviewed_at", "expected"),
    [
        pytest.param(4, instant(20), day(50), id="thirty days after the review"),
        pytest.param(4, instant(20, 23, 59), day(50), id="by the day of the review in UTC"),
        pytest.param(4, instant(21, 0, 0), day(51), id="a minute later, by the next day"),
        pytest.param(20, instant(20), day(50), id="received the day of the review"),
        pytest.param(21, instant(20), day(51), id="received after the review"),
        pytest.param(19, instant(20), day(50), id="received the day before it"),
    ],
)
def test_it_is_due_from_the_review_or_from_its_receipt_whichever_is_later(
    received: int, reviewed_at: datetime, expected: date
) -> None:
    said = sent(review(decision="denied"), reviewed_at, "e-r")

    decided = decide_line(
        sent(claim(received=received), 10, "e-0"), said, sent(LIMITED_MRI, 22, "e-x")
    )

    assert ("REVIEW_OUTDATED", expected) == (decided.reason, decided.due_on)


def test_the_days_are_those_of_the_parameter() -> None:
    using = library(pend_due_days=10)

    decided = decide_line(LINE, DENIED, after(LIMITED_MRI), using=using)

    assert day(30) == decided.due_on


def test_a_rival_of_its_day_that_the_reviewer_did_not_know_is_held_against_it_too() -> None:
    """Then it is found as if alone on its day, which at the time of the denial nobody asked."""
    rival = sent(pet(on=0, received=4), instant(20) + timedelta(minutes=1), "e-x")

    decided = decide(LINE, sent(LIMITED_MRI, 11, "e-m"), DENIED, rival)

    assert STANDS == verdict(decided)
    assert ("not_applicable", "NO_CONFLICT") == verdict(decided, "P-1")
