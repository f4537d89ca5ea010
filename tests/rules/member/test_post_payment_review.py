"""The flag that keeps money from being taken back without a person (`rules.md` 7)."""

from __future__ import annotations

import pytest

from rules.member.open_member import readjudicate
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    finalization,
    instant,
    line,
    pet,
    pet_report,
    replacement,
    report,
    review,
    sent,
    void,
)
from tests.rules.member_steps import Told, flags, newer, tell

APPROVED: list[Sending] = [LIMITED_MRI, claim()]
"""Events that end in an approved line."""
PENDS = pet_report("S-8", status="pending")
DENIES = pet_report("S-8", status="paid")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(APPROVED, [("approved", False)], id="approved"),
        pytest.param(
            [*APPROVED, DENIES], [("approved", False), ("denied", True)], id="approved, denied"
        ),
        pytest.param(
            [*APPROVED, PENDS], [("approved", False), ("pended", True)], id="approved, pended"
        ),
        pytest.param(
            [*APPROVED, sent(PENDS, 40, "e-a"), sent(DENIES, 41, "e-b")],
            [("approved", False), ("pended", True), ("denied", True)],
            id="a pend in between does not clear it",
        ),
        pytest.param(
            [*APPROVED, sent(DENIES, 40, "e-a"), sent(PENDS, 41, "e-b")],
            [("approved", False), ("denied", True), ("pended", True)],
            id="nor does a favourable change that approves nothing",
        ),
        pytest.param(
            [claim(), report(result="conclusive")],
            [("pended", False), ("denied", False)],
            id="never approved",
        ),
        pytest.param(
            [
                *APPROVED,
                sent(PENDS, 40, "e-a"),
                sent(pet_report("S-8", status="denied"), 41, "e-b"),
            ],
            [("approved", False), ("pended", True), ("approved", False)],
            id="approved again",
        ),
        pytest.param(
            [
                *APPROVED,
                sent(PENDS, 40, "e-a"),
                sent(pet_report("S-8", status="denied"), 41, "e-b"),
                sent(DENIES, 42, "e-c"),
            ],
            [("approved", False), ("pended", True), ("approved", False), ("denied", True)],
            id="approved again and denied again",
        ),
        pytest.param(
            [*APPROVED, DENIES, review(decision="denied")],
            [("approved", False), ("denied", True), ("denied", False)],
            id="a later review upholds the denial",
        ),
        pytest.param(
            [*APPROVED, DENIES, review()],
            [("approved", False), ("denied", True), ("approved", False)],
            id="a later review lifts the denial",
        ),
        pytest.param(
            [*APPROVED, review(decision="denied")],
            [("approved", False), ("denied", False)],
            id="a person denied it",
        ),
        pytest.param(
            [*APPROVED, DENIES, void("C-2", "C-1")],
            [("approved", False), ("denied", True), ("not_applicable", True)],
            id="withdrawn after the denial",
        ),
        pytest.param(
            [*APPROVED, DENIES, review(decision="denied", level="appeal", by="R-1")],
            [("approved", False), ("denied", True), ("denied", True)],
            id="a review that does not count",
        ),
        pytest.param(
            [
                *APPROVED,
                DENIES,
                sent(review(decision="denied"), 40, "e-a"),
                sent(pet_report("S-8", status="denied"), 41, "e-b"),
            ],
            [("approved", False), ("denied", True), ("denied", False), ("pended", False)],
            id="what comes after a later review raises it no more",
        ),
        pytest.param(
            [*APPROVED, void("C-2", "C-1")],
            [("approved", False), ("not_applicable", False)],
            id="withdrawn while approved: neutral",
        ),
        pytest.param(
            [*APPROVED, replacement("C-2", "C-1")],
            [("approved", False), ("not_applicable", False)],
            id="replaced while approved: neutral",
        ),
        pytest.param(
            [*APPROVED, DENIES, LIMITED_MRI._replace(study_id="S-2"), finalization()],
            [("approved", False), ("denied", True), ("denied", True)],
            id="other evidence of a denied line clears nothing",
        ),
    ],
)
def test_from_the_first_adverse_change_after_an_approval_to_an_approval_or_a_review(
    events: list[Sending], expected: list[tuple[str, bool]]
) -> None:
    told = tell(*events)

    assert expected == flags(told)


def test_a_pet_is_never_approved_and_so_never_flagged() -> None:
    told = tell(pet(), LIMITED_MRI, claim(on=-10))

    assert [("not_applicable", False), ("denied", False)] == flags(told, "P-1")


def test_a_replacement_starts_without_the_flag() -> None:
    told = tell(*APPROVED, DENIES, replacement("C-2", "C-1"))

    assert [("denied", False)] == flags(told, "C-2")


def test_a_new_library_raises_it_too() -> None:
    told = tell(report(on=-100), claim())

    applied = readjudicate(told.member, newer(conventional_lookback_days=60))

    (published,) = applied.publications
    assert ("adverse", True) == (published.change, published.post_payment_review)


def is_flagged(told: Told, number: int = 1) -> bool:
    (state,) = [one for one in told.member.published if (one.claim_id, one.line) == ("C-1", number)]
    return state.post_payment_review


REVIEWED = sent(review(), 50, "e-r")
"""A person approved the line on the fiftieth day."""
DUPLICATES = claim("C-0", received=3)
"""Denies it all the same: no review lifts a duplicate."""


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        pytest.param(sent(review(decision="denied"), 49, "e-s"), True, id="an earlier review"),
        pytest.param(sent(review(decision="denied"), 51, "e-s"), False, id="a later review"),
        pytest.param(sent(review("C-1", 2), 51, "e-s"), True, id="a review of another line"),
        pytest.param(sent(review("C-0"), 51, "e-s"), True, id="a review of another claim"),
    ],
)
def test_only_a_later_review_of_the_line_clears_it(late: Sending, expected: bool) -> None:
    told = tell(*APPROVED, REVIEWED, DUPLICATES, late)

    assert expected is is_flagged(told)


# --------------------------------------------------------------------------------- claim ids reused

FIRST = sent(claim(), 20, "e-2")
OTHER = claim(diagnoses=("C71.2",))
TWO_LINES = claim(diagnoses=("C71.2",), lines=(line(1), line(2, on=-1)))


def test_a_content_that_displaces_a_decided_claim_is_flagged_on_every_line() -> None:
    told = tell(LIMITED_MRI, FIRST, sent(TWO_LINES, 19, "e-1"))

    assert [("approved", False), ("approved", True)] == flags(told, "C-1", 1)
    assert [("approved", True)] == flags(told, "C-1", 2)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [LIMITED_MRI, FIRST, sent(OTHER, 21, "e-1")],
            [("approved", False)],
            id="a later content displaces nothing",
        ),
        pytest.param(
            [FIRST, sent(OTHER, 19, "e-1")],
            [("pended", False), ("pended", True)],
            id="a pended claim is a decided one too",
        ),
        pytest.param(
            [FIRST, sent(OTHER, 19, "e-1"), LIMITED_MRI],
            [("pended", False), ("pended", True), ("approved", False)],
            id="until the line is approved",
        ),
        pytest.param(
            [LIMITED_MRI, FIRST, sent(OTHER, 19, "e-1"), report("S-2", "70551")],
            [("approved", False), ("approved", True), ("approved", False)],
            id="until it is approved again",
        ),
        pytest.param(
            [LIMITED_MRI, FIRST, sent(OTHER, 19, "e-1"), sent(DENIES, 30, "e-3")],
            [("approved", False), ("approved", True), ("denied", True)],
            id="not cleared by a denial",
        ),
        pytest.param(
            [FIRST, sent(OTHER, 19, "e-1"), sent(review(decision="denied"), 30, "e-3")],
            [("pended", False), ("pended", True), ("denied", False)],
            id="until a person has looked at it",
        ),
        pytest.param(
            [
                FIRST,
                sent(OTHER, 19, "e-1"),
                sent(review(decision="denied"), 18, "e-3"),
                LIMITED_MRI,
            ],
            [("pended", False), ("pended", True), ("approved", False)],
            id="an early review counts for nothing",
        ),
        pytest.param(
            [
                FIRST,
                sent(claim(attestations=(attestation(kind="other"),)), 18, "e-0"),
                sent(claim(), 19, "e-1"),
                PENDS,
            ],
            [("pended", False), ("pended", True), ("pended", True)],
            id="the displaced content sent again displaces nothing",
        ),
    ],
)
def test_the_flag_of_a_displacing_content(
    events: list[Sending], expected: list[tuple[str, bool]]
) -> None:
    told = tell(*events)

    assert expected == flags(told)
    assert expected[-1][1] is is_flagged(told)


def test_a_review_that_does_not_count_clears_nothing() -> None:
    displaced: list[Sending] = [sent(claim(diagnoses=("C61",)), 20, "e-2"), sent(OTHER, 19, "e-1")]

    told = tell(*displaced, sent(review(decision="denied"), 19, "e-3"))

    assert is_flagged(told)


def test_the_same_content_sent_earlier_displaces_nothing() -> None:
    told = tell(LIMITED_MRI, FIRST, sent(claim(), 19, "e-1"))

    assert not is_flagged(told)
    assert instant(19) == min(origin.time for origin, _ in told.member.record.claims)


def test_a_content_that_comes_between_two_others_displaces_nothing() -> None:
    contents = [FIRST, sent(OTHER, 22, "e-4"), sent(TWO_LINES, 21, "e-3")]

    told = tell(LIMITED_MRI, *contents)

    assert not is_flagged(told)


def test_a_displacing_content_that_is_decided_alike_publishes_the_flag_alone() -> None:
    elsewhere = sent(claim()._replace(place_of_service="22"), 19, "e-1")
    quiet: list[Sending] = [LIMITED_MRI, FIRST, elsewhere, coverage()]

    told = tell(*quiet, void("C-2", "C-1"))

    assert [("approved", False), ("approved", True), ("not_applicable", True)] == flags(told)


def test_a_content_that_displaces_nothing_decided_is_not_flagged() -> None:
    told = tell(LIMITED_MRI, review(), sent(claim(), 20, "e-1"))

    assert [("approved", False)] == flags(told)


def test_a_line_that_only_the_displaced_content_has_is_withdrawn_without_the_flag() -> None:
    told = tell(LIMITED_MRI, sent(TWO_LINES, 20, "e-2"), sent(claim(), 19, "e-1"))

    assert [("approved", False), ("not_applicable", False)] == flags(told, "C-1", 2)


def test_an_authorization_that_approves_clears_the_flag() -> None:
    told = tell(*APPROVED, sent(report(result="conclusive"), 40, "e-a"), authorization())

    assert [("approved", False), ("denied", True), ("approved", False)] == flags(told)
