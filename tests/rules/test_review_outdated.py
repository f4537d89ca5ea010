"""A reviewer's denial that no longer fits what is known (`rules.md` 4)."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.facts import Fact
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    authorization,
    claim,
    coverage,
    finalization,
    instant,
    pet_report,
    replacement,
    report,
    review,
    sent,
    treatment,
    void,
)
from tests.rules.deciding import codes, decide, decide_line
from tests.rules.denied_line import DENIED, LINE, OUTDATED, PENDING_PET, STANDS, after, verdict


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
