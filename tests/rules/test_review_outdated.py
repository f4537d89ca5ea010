"""A reviewer's denial that no longer fits what is known (`rules.md` 4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from rules.facts import Fact
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    authorization,
    claim,
    coverage,
    day,
    finalization,
    instant,
    pet,
    pet_report,
    replacement,
    report,
    review,
    sent,
    treatment,
    void,
)
from tests.rules.deciding import Decided, codes, decide, decide_line, library

STANDS, OUTDATED = ("denied", "REVIEWED"), ("pended", "REVIEW_OUTDATED")

LINE = sent(claim(received=4), 10, "e-0")
DENIED = sent(review(decision="denied", by="R-1"), 20, "e-r")
"""At noon of the twentieth day; the line is known since the tenth."""
PENDING_PET = sent(pet_report(status="pending"), 11, "e-p")


def after(fact: Fact, minutes: int = 1) -> Sending:
    """A fact whose event is of so many minutes after the denial."""
    return sent(fact, instant(20) + timedelta(minutes=minutes), "e-x")


def verdict(decided: Decided, claim_id: str = "C-1") -> tuple[str, str]:
    one = decided[(claim_id, 1)]
    return one.outcome, one.reason


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], STANDS, id="nothing"),
        pytest.param([after(LIMITED_MRI)], OUTDATED, id="a limited MRI: met over unknown"),
        pytest.param([after(LIMITED_MRI, 0)], STANDS, id="one of the same instant was known"),
        pytest.param([after(LIMITED_MRI, -1)], STANDS, id="one of before was known"),
        pytest.param(
            [after(report(result="conclusive"))], STANDS, id="a conclusive MRI: worse than unknown"
        ),
        pytest.param(
            [after(report(result="unknown"))], STANDS, id="an MRI without a result: still unknown"
        ),
        pytest.param([after(authorization())], OUTDATED, id="an authorization"),
        pytest.param([after(coverage())], STANDS, id="an enrolment that proves nothing yet"),
        pytest.param([after(pet_report(on=-20))], STANDS, id="a PET that stands: worse than met"),
        pytest.param([after(finalization())], STANDS, id="its own payment"),
        pytest.param([after(claim("V-1", "99213", on=-3))], STANDS, id="an office visit"),
        pytest.param(
            [sent(report(result="conclusive"), 11, "e-m"), after(report(result="unknown"))],
            OUTDATED,
            id="a conclusive report taken back: unknown over not met",
        ),
        pytest.param(
            [sent(report(result="conclusive"), 11, "e-m"), after(treatment(on=-5))],
            OUTDATED,
            id="a treatment after the conclusive MRI",
        ),
        pytest.param(
            [PENDING_PET, after(pet_report(status="denied"))],
            OUTDATED,
            id="the PET that was pending is denied",
        ),
        pytest.param(
            [PENDING_PET, after(pet_report(status="paid"))],
            STANDS,
            id="the PET that was pending is paid",
        ),
        pytest.param(
            [
                sent(pet_report(), 11, "e-p"),
                after(pet_report(status="pending")),
            ],
            OUTDATED,
            id="the PET that stood may stand",
        ),
        pytest.param(
            [
                PENDING_PET,
                sent(report(result="conclusive"), 21, "e-m"),
                sent(pet_report(status="denied"), 21, "e-q"),
            ],
            OUTDATED,
            id="one finding is better, though another is worse",
        ),
    ],
)
def test_what_came_after_a_denial_is_not_passed_over(
    facts: list[Sending], expected: tuple[str, str]
) -> None:
    actual = verdict(decide(LINE, DENIED, *facts))

    assert expected == actual


def test_an_outdated_line_waits_with_the_review_that_no_longer_fits() -> None:
    decided = decide_line(LINE, DENIED, after(LIMITED_MRI))

    assert (None, None, ()) == codes(decided)
    assert ("nobody", None, None) == (
        decided.decided_by,
        decided.recommended,
        decided.review_ignored,
    )
    assert ("denied", "R-1", "e-r") == (
        decided.review and decided.review.decision,
        decided.review and decided.review.reviewer_id,
        decided.review and decided.review.id,
    )
    assert "review" in [need.code for need in decided.needs]


# ----------------------------------------------------------------------- what was not known at all


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        pytest.param(instant(20), STANDS, id="known at the instant of the review"),
        pytest.param(instant(20, 12, 1), OUTDATED, id="known a minute later"),
    ],
)
def test_a_denial_of_a_line_that_was_not_known_yet_is_outdated(
    known_at: datetime, expected: tuple[str, str]
) -> None:
    late = sent(claim(), known_at, "e-0")

    assert expected == verdict(decide(late, DENIED))


def test_what_counts_is_the_event_s_own_time_and_not_its_arrival() -> None:
    given = decide(LINE, DENIED, sent(LIMITED_MRI, 19, "e-x"))
    reversed_order = decide(sent(LIMITED_MRI, 19, "e-x"), DENIED, LINE)

    assert (STANDS, STANDS) == (verdict(given), verdict(reversed_order))


def test_a_line_that_was_withdrawn_then_had_no_answer_better_than_unknown() -> None:
    superseding = sent(replacement("C-2", "C-1", received=6), 12, "e-2")
    an_original_after_all = sent(claim("C-2", on=-3, received=5), 25, "e-3")

    withdrawn = decide(LINE, superseding, DENIED)
    restored = decide(LINE, superseding, DENIED, an_original_after_all)

    assert ("not_applicable", "SUPERSEDED") == verdict(withdrawn)
    assert OUTDATED == verdict(restored)


def test_a_line_that_was_a_duplicate_then_is_looked_at_anew() -> None:
    first = sent(claim("C-0", received=3), 9, "e-f")
    withdrawn = sent(void("C-8", "C-0"), 21, "e-v")

    before = verdict(decide(first, LINE, DENIED))
    afterwards = verdict(decide(first, LINE, DENIED, withdrawn))

    assert (("denied", "DUPLICATE"), OUTDATED) == (before, afterwards)


def test_what_a_gate_denies_is_denied_however_old_the_review_is() -> None:
    first = sent(claim("C-0", received=3), 21, "e-f")

    actual = verdict(decide(first, LINE, DENIED, sent(LIMITED_MRI, 22, "e-x")))

    assert ("denied", "DUPLICATE") == actual


def test_evidence_that_was_there_and_went_and_came_again_is_no_news() -> None:
    gone = sent(LIMITED_MRI._replace(status="voided"), 21, "e-1")
    again = sent(LIMITED_MRI, 22, "e-2")

    actual = verdict(decide(LINE, sent(LIMITED_MRI, 11, "e-m"), DENIED, gone, again))

    assert STANDS == actual


# --------------------------------------------------------------------------------- later reviews


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(review(decision="denied"), STANDS, id="a second denial by one who knew"),
        pytest.param(review(), ("approved", "REVIEWED"), id="an approval"),
        pytest.param(
            review(decision="denied", level="appeal", by="R-2"), STANDS, id="an appeal by another"
        ),
        pytest.param(
            review(decision="denied", level="appeal", by="R-1"), OUTDATED, id="one that counts not"
        ),
    ],
)
def test_a_later_review_that_counts_ends_the_wait(later: Fact, expected: tuple[str, str]) -> None:
    actual = verdict(decide(LINE, DENIED, after(LIMITED_MRI), sent(later, 25, "e-s")))

    assert expected == actual


def test_a_second_denial_may_be_outdated_in_its_turn() -> None:
    told = [LINE, PENDING_PET, DENIED, after(LIMITED_MRI)]
    second = sent(review(decision="denied"), 25, "e-s")
    resolved = sent(pet_report(status="denied"), 26, "e-q")

    assert (STANDS, OUTDATED) == (
        verdict(decide(*told, second)),
        verdict(decide(*told, second, resolved)),
    )


@pytest.mark.parametrize(
    "news",
    [
        pytest.param(report(result="conclusive"), id="a conclusive MRI"),
        pytest.param(pet_report(), id="a PET that stands"),
        pytest.param(coverage(), id="an enrolment"),
        pytest.param(LIMITED_MRI, id="a limited MRI"),
    ],
)
def test_an_approval_stays_whatever_comes_later(news: Fact) -> None:
    approved = sent(review(), 20, "e-r")

    actual = verdict(decide(LINE, approved, after(news)))

    assert ("approved", "REVIEWED") == actual


def test_an_approval_of_a_line_that_was_not_known_yet_stays_too() -> None:
    assert ("approved", "REVIEWED") == verdict(decide(sent(claim(), 22, "e-0"), review()))


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
