"""Which reviews of a line count, and what is said of the latest where it does not."""

from __future__ import annotations

import pytest

from rules.determination import Determination, ReviewIgnored
from rules.library_model import Library
from tests.rules.builders import Sending, claim, line, pet, replacement, review, sent, void
from tests.rules.deciding import decide, decide_line, with_plan

NY = "sample-ny-commercial"
"""Names the roles whose reviews may deny, and none for those that may approve."""
PHYSICIAN = "physician reviewer"
OPEN = "INVESTIGATIONAL_INDICATION"
"""What the line comes to without a review."""

LINE = sent(claim(diagnoses=("C61",)), 18, "e-0")
NY_LINE = sent(claim(diagnoses=("C61",), plan=NY), 18, "e-0")


def word(decided: Determination) -> tuple[str, str | None]:
    """The reason, and why the latest review is ignored."""
    ignored = decided.review_ignored
    return decided.reason, None if ignored is None else ignored.why


# ------------------------------------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param("physician reviewer", ("REVIEWED", None), id="one that the plan names"),
        pytest.param("medical director", ("REVIEWED", None), id="another one"),
        pytest.param("clinical peer reviewer", ("REVIEWED", None), id="the third"),
        pytest.param("  Physician REVIEWER ", ("REVIEWED", None), id="whatever case and blanks"),
        pytest.param("physician  reviewer", ("PEER_REVIEW", "role"), id="not blanks within"),
        pytest.param("nurse", ("PEER_REVIEW", "role"), id="one that it does not name"),
        pytest.param("physician", ("PEER_REVIEW", "role"), id="a part of one"),
    ],
)
def test_where_the_plan_names_roles_only_they_deny(
    role: str, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(NY_LINE, sent(review(decision="denied", role=role), 20, "e-1"))

    assert expected == word(decided)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param("nurse", ("approved", "REVIEWED", None), id="one that the plan names"),
        pytest.param(" NURSE", ("approved", "REVIEWED", None), id="whatever case and blanks"),
        pytest.param("physician reviewer", ("denied", OPEN, "role"), id="one that it does not"),
    ],
)
def test_where_the_plan_names_approving_roles_only_they_approve(
    role: str, expected: tuple[str, str, str | None]
) -> None:
    using = with_plan("sample-commercial", approving_roles=frozenset({"nurse"}))

    decided = decide_line(LINE, sent(review(role=role), 20, "e-1"), using=using)

    assert expected == (decided.outcome, *word(decided))


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        pytest.param("denied", {"approving_roles": frozenset({"nurse"})}, id="may deny"),
        pytest.param("approved", {"peer_reviewer_roles": frozenset({"nurse"})}, id="may approve"),
    ],
)
def test_roles_for_the_one_decision_bind_nobody_in_the_other(
    decision: str, fields: dict[str, frozenset[str]]
) -> None:
    using = with_plan("sample-commercial", **fields)

    decided = decide_line(LINE, sent(review(decision=decision), 20, "e-1"), using=using)

    assert ("REVIEWED", None) == word(decided)


@pytest.mark.parametrize("decision", ["approved", "denied"])
def test_a_plan_without_roles_lets_anyone_decide(decision: str) -> None:
    decided = decide_line(LINE, sent(review(decision=decision, role="clerk"), 20, "e-1"))

    assert (decision, "REVIEWED", None) == (decided.outcome, *word(decided))


def test_of_an_unknown_plan_no_role_is_asked_and_no_review_helps() -> None:
    unknown = sent(claim(plan="nobody-knows"), 18, "e-0")

    decided = decide_line(unknown, sent(review(role="clerk"), 20, "e-1"))

    assert ("PLAN_UNKNOWN", None) == word(decided)


def test_the_plan_is_that_of_the_content_that_holds() -> None:
    denial = sent(review("C-1", 2, "denied", role="nurse"), 30, "e-r")
    longer = claim(lines=(line(1), line(2)), plan=NY)
    shorter = claim(lines=(line(1),))

    ours_holds = decide(sent(shorter, 18, "e-1"), sent(longer, 19, "e-2"), denial)[("C-1", 2)]
    ny_holds = decide(
        sent(shorter._replace(plan_id=NY), 18, "e-1"),
        sent(longer._replace(plan_id="sample-commercial"), 19, "e-2"),
        denial,
    )[("C-1", 2)]

    assert ("SUPERSEDED", None) == word(ours_holds)
    assert ("SUPERSEDED", "role") == word(ny_holds)


# ------------------------------------------------------------------------------------ who counts

FIRST = sent(review(decision="denied", role=PHYSICIAN, by="R-1"), 20, "e-1")
"""A first review by one whom every plan lets deny."""


@pytest.mark.parametrize(
    ("reviews", "outcome", "resolved_by", "ignored"),
    [
        pytest.param([FIRST], "denied", "e-1", None, id="a counting denial alone"),
        pytest.param(
            [FIRST, sent(review(decision="denied", role="nurse"), 21, "e-2")],
            "denied",
            "e-1",
            ReviewIgnored("role", "/test", "e-2"),
            id="a later one that does not count",
        ),
        pytest.param(
            [FIRST, sent(review(decision="denied", role="nurse"), 19, "e-2")],
            "denied",
            "e-1",
            None,
            id="an earlier one that does not count is not the latest",
        ),
        pytest.param(
            [
                FIRST,
                sent(review(decision="denied", role="nurse"), 21, "e-2"),
                sent(review(), 22, "e-3", "/peers"),
            ],
            "approved",
            "e-3",
            None,
            id="the latest counts again",
        ),
        pytest.param(
            [
                sent(review(decision="denied", role="nurse"), 20, "e-b", "/b"),
                sent(review(decision="denied", role="clerk"), 20, "e-b", "/a"),
            ],
            "pended",
            None,
            ReviewIgnored("role", "/b", "e-b"),
            id="of two that do not count the latest is named",
        ),
    ],
)
def test_the_latest_that_counts_resolves_and_the_latest_that_does_not_is_named(
    reviews: list[Sending], outcome: str, resolved_by: str | None, ignored: ReviewIgnored | None
) -> None:
    decided = decide_line(NY_LINE, *reviews)

    resolving = None if decided.review is None else decided.review.id
    assert (outcome, resolved_by, ignored) == (decided.outcome, resolving, decided.review_ignored)


@pytest.mark.parametrize(
    ("of_line", "expected"),
    [
        pytest.param([claim(plan=NY, procedure="99213")], "OUT_OF_SCOPE", id="out of scope"),
        pytest.param([claim(plan=NY), void("C-2", "C-1")], "VOIDED", id="voided"),
        pytest.param([claim(plan=NY), replacement("C-2", "C-1")], "SUPERSEDED", id="superseded"),
        pytest.param([claim("C-0"), void("C-1", "C-0", plan=NY)], "VOID_PROCESSED", id="a void"),
        pytest.param([replacement("C-1", "C-0", plan=NY)], "ORIGINAL_NOT_FOUND", id="waiting"),
        pytest.param([claim(plan=NY, modifiers=("50",))], "MODIFIER_INVALID", id="a gate denies"),
        pytest.param([pet("C-1", plan=NY)], "NO_CONFLICT", id="a PET"),
        pytest.param([pet("C-1", "78815", plan=NY)], "NO_CONFLICT", id="a PET that is not walked"),
        pytest.param(
            [pet("C-1", plan=NY, modifiers=("53",))], "NO_CONFLICT", id="a discontinued PET"
        ),
    ],
)
def test_a_review_that_does_not_count_is_told_of_on_every_line(
    of_line: list[Sending], expected: str
) -> None:
    decided = decide_line(*of_line, review(decision="denied", role="nurse"))

    assert (expected, "role") == word(decided)


def test_a_review_of_before_a_second_content_is_neither_counted_nor_told_of() -> None:
    other = claim(plan=NY, diagnoses=("C62.90",))

    decided = decide_line(
        NY_LINE,
        sent(review(decision="denied", role="nurse"), 20, "e-1"),
        sent(other, 21, "e-2"),
    )

    assert ("PEER_REVIEW", None) == word(decided)


def test_a_claim_that_waits_waits_on_where_its_review_does_not_count() -> None:
    waiting = replacement("C-1", "C-0", plan=NY)

    ignored = decide_line(waiting, review(decision="denied", role="nurse"))
    counted = decide_line(waiting, review(decision="denied", role=PHYSICIAN))

    assert ("ORIGINAL_NOT_FOUND", "REVIEWED") == (ignored.reason, counted.reason)


# --------------------------------------------------------------------------------------- appeals


def denial(at: int, by: str | None, level: str = "first", role: str = PHYSICIAN) -> Sending:
    said = review(decision="denied", by=by, level=level, role=role)
    return sent(said, at, f"e-{at}")


def approval(at: int, by: str | None, level: str = "first") -> Sending:
    return sent(review(by=by, level=level, role=PHYSICIAN), at, f"e-{at}")


SAME = "same_reviewer"


@pytest.mark.parametrize(
    ("reviews", "resolved_by", "why"),
    [
        pytest.param([denial(20, "R-1"), denial(21, "R-2", "appeal")], "e-21", None, id="another"),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-1", "appeal")], "e-20", SAME, id="the same person"
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "r-1", "appeal")],
            "e-21",
            None,
            id="ids are compared exactly",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, None, "appeal")], "e-20", SAME, id="a nameless appeal"
        ),
        pytest.param(
            [denial(20, None), denial(21, "R-2", "appeal")], "e-20", SAME, id="a nameless denial"
        ),
        pytest.param(
            [denial(20, None), denial(21, None, "appeal")], "e-20", SAME, id="both nameless"
        ),
        pytest.param([denial(21, "R-2", "appeal")], None, SAME, id="nothing denied before"),
        pytest.param(
            [approval(20, "R-1"), denial(21, "R-2", "appeal")],
            "e-20",
            SAME,
            id="only an approval before",
        ),
        pytest.param(
            [denial(22, "R-1"), denial(21, "R-2", "appeal")],
            "e-22",
            None,
            id="denied only after the appeal",
        ),
        pytest.param(
            [denial(20, "R-1", role="nurse"), denial(21, "R-2", "appeal")],
            None,
            SAME,
            id="what was denied before does not count",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2"), denial(22, "R-2", "appeal")],
            "e-21",
            SAME,
            id="one of two who denied",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2"), denial(22, "R-3", "appeal")],
            "e-22",
            None,
            id="neither of two who denied",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2", "appeal"), denial(22, "R-1", "appeal")],
            "e-21",
            SAME,
            id="a second appeal by the first reviewer",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2", "appeal"), denial(22, "R-2", "appeal")],
            "e-21",
            SAME,
            id="a second appeal by the second reviewer",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2", "appeal"), denial(22, "R-3", "appeal")],
            "e-22",
            None,
            id="a second appeal by a third person",
        ),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-1", "appeal"), denial(22, "R-2", "appeal")],
            "e-22",
            None,
            id="an appeal that did not count leaves room for another",
        ),
        pytest.param(
            [denial(20, "R-1"), approval(21, "R-2"), denial(22, "R-3", "appeal")],
            "e-22",
            None,
            id="a denial before an approval is enough",
        ),
        pytest.param([denial(20, "R-1"), denial(21, "R-1")], "e-21", None, id="a second first"),
        pytest.param(
            [denial(20, "R-1"), denial(21, "R-2", "appeal", "nurse")],
            "e-20",
            "role",
            id="an appeal by one who may not deny",
        ),
        pytest.param(
            [denial(20, "R-1"), approval(21, "R-1", "appeal")],
            "e-21",
            None,
            id="the same person may approve",
        ),
        pytest.param([approval(21, None, "appeal")], "e-21", None, id="a nameless one may too"),
    ],
)
def test_nobody_denies_an_appeal_against_himself(
    reviews: list[Sending], resolved_by: str | None, why: str | None
) -> None:
    decided = decide_line(NY_LINE, *reviews)

    resolving = None if decided.review is None else decided.review.id
    assert (resolved_by, why) == (resolving, word(decided)[1])


def test_an_appeal_is_against_what_was_denied_of_its_own_line() -> None:
    two = sent(claim(diagnoses=("C61",), lines=(line(1), line(2, on=-1)), plan=NY), 18, "e-0")
    other = sent(review("C-1", 2, "denied", role=PHYSICIAN, by="R-1"), 20, "e-20")

    decided = decide_line(two, other, denial(21, "R-2", "appeal"))

    assert ("PEER_REVIEW", SAME) == word(decided)


def test_the_order_of_arrival_does_not_say_who_was_first() -> None:
    reviews = [denial(20, "R-1"), denial(21, "R-2", "appeal"), denial(22, "R-1", "appeal")]

    given, reversed_order = (
        decide_line(NY_LINE, *sendings) for sendings in (reviews, reviews[::-1])
    )

    assert given == reversed_order


def without_roles() -> Library:
    return with_plan(NY, peer_reviewer_roles=frozenset())


def test_a_plan_without_roles_still_lets_nobody_deny_an_appeal_against_himself() -> None:
    using = without_roles()

    decided = decide_line(NY_LINE, denial(20, "R-1"), denial(21, "R-1", "appeal"), using=using)

    assert ("REVIEWED", SAME) == word(decided)
