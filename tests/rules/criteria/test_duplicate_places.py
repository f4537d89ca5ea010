"""Criterion 5: which of two lines is the earlier, and the place that a replacement keeps."""

from __future__ import annotations

import pytest

from rules.facts import Claim
from tests.rules.builders import LIMITED_MRI, Sending, Sent, claim, line, replacement, sent, void
from tests.rules.deciding import decide, finding, reasons

FIRST, SECOND = "CRITERIA_MET", "DUPLICATE"
GONE = "SUPERSEDED"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            sent(claim("C-2", received=3), 21, "e-1"),
            sent(claim("C-1", received=4), 20, "e-2"),
            id="received first",
        ),
        pytest.param(
            sent(claim("C-2"), 20, "e-2"), sent(claim("C-1"), 21, "e-1"), id="earlier event"
        ),
        pytest.param(
            sent(claim("C-1"), 20, "e-2"), sent(claim("C-2"), 20, "e-1"), id="lesser claim id"
        ),
        pytest.param(
            sent(claim("C-10"), 20, "e-2"),
            sent(claim("C-9"), 20, "e-1"),
            id="lesser claim id by code point",
        ),
    ],
)
def test_claim_order_says_which_line_is_earlier(one: Sent, other: Sent) -> None:
    given = reasons(one, other, LIMITED_MRI)
    other_way_round = reasons(other, one, LIMITED_MRI)

    assert [FIRST, SECOND] == [given[_id_of(each)] for each in (one, other)]
    assert given == other_way_round


def _id_of(sending: Sent) -> str:
    assert isinstance(sending.fact, Claim)
    return sending.fact.claim_id


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param(
            [
                claim("C-1", received=1),
                claim("C-2", received=2),
                replacement("C-3", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": SECOND, "C-3": FIRST},
            id="a replacement keeps the place of what it replaces",
        ),
        pytest.param(
            [
                claim("C-1", received=1),
                claim("C-2", received=3),
                replacement("C-3", "C-1", received=4),
                replacement("C-4", "C-3", received=5),
            ],
            {"C-1": GONE, "C-2": SECOND, "C-3": GONE, "C-4": FIRST},
            id="and of all that went before in its chain",
        ),
        pytest.param(
            [
                claim("C-1", received=1, on=-1),
                claim("C-2", received=2),
                replacement("C-3", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": FIRST, "C-3": SECOND},
            id="not of a claim that bills another date",
        ),
        pytest.param(
            [
                claim("C-1", "0609T", received=1),
                claim("C-2", received=2),
                replacement("C-3", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": FIRST, "C-3": SECOND},
            id="nor of one that bills another procedure",
        ),
        pytest.param(
            [
                claim("C-1", received=1),
                claim("C-2", received=2),
                replacement("C-3", "C-1", on=-1, received=3),
                replacement("C-4", "C-3", received=4),
            ],
            {"C-1": GONE, "C-2": SECOND, "C-3": GONE, "C-4": FIRST},
            id="though a claim between bills another date",
        ),
        pytest.param(
            [
                replacement("C-1", "C-0", received=1),
                claim("C-2", received=2),
                replacement("C-3", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": SECOND, "C-3": FIRST},
            id="a chain whose original is unknown is followed as far as it is known",
        ),
        pytest.param(
            [
                claim("C-1", received=1),
                void("C-2", "C-1", received=2),
                claim("C-3", received=3),
                replacement("C-4", "C-2", received=4),
            ],
            {"C-1": "VOIDED", "C-2": "VOID_PROCESSED", "C-3": FIRST, "C-4": SECOND},
            id="a void ends the chain",
        ),
        pytest.param(
            [
                claim("C-1", received=5),
                claim("C-2", received=4),
                replacement("C-3", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": SECOND, "C-3": FIRST},
            id="its own place where that is the earliest",
        ),
        pytest.param(
            [
                claim("C-1", received=1),
                replacement("C-2", "C-1", received=2),
                replacement("C-3", "C-2", received=4),
                replacement("C-4", "C-1", received=3),
            ],
            {"C-1": GONE, "C-2": GONE, "C-3": SECOND, "C-4": FIRST},
            id="where two inherit one place their own decide",
        ),
        pytest.param(
            [
                replacement("C-1", "C-2", received=1),
                replacement("C-2", "C-1", received=2),
                claim("C-3", received=3),
                replacement("C-4", "C-1", received=4),
            ],
            {"C-1": GONE, "C-2": GONE, "C-3": SECOND, "C-4": FIRST},
            id="a chain that runs into a circle is followed once around",
        ),
    ],
)
def test_a_replacement_stands_where_its_chain_stood(
    claims: list[Sending], expected: dict[str, str]
) -> None:
    actual = reasons(*claims, LIMITED_MRI)

    assert expected == actual


def test_lines_of_one_claim_stand_in_the_order_of_their_numbers() -> None:
    lines = (line(3), line(1), line(2))

    decided = decide(claim(lines=lines), LIMITED_MRI)

    assert [FIRST, SECOND, SECOND] == [one.reason for one in decided.values()]


def test_lines_of_a_replacement_share_its_place_and_stand_by_number() -> None:
    corrected = replacement("C-3", "C-1", received=3, lines=(line(1), line(2)))

    decided = decide(claim("C-1", received=1), corrected, LIMITED_MRI)

    assert [FIRST, SECOND] == [decided[("C-3", number)].reason for number in (1, 2)]


def test_of_several_earlier_lines_the_earliest_is_named() -> None:
    claims = [claim("C-2", received=1), claim("C-1", received=2), claim("C-3", received=3)]

    decided = decide(*claims, LIMITED_MRI)[("C-3", 1)]

    assert ["C-2"] == [one.claim_id for one in finding(decided, "not_duplicate").evidence]


def test_a_claim_of_the_chain_gives_its_place_though_it_bills_something_else_too() -> None:
    first = claim("C-1", received=1, lines=(line(1), line(2, "70553")))
    corrected = replacement("C-3", "C-1", received=3)

    decided = decide(first, claim("C-2", received=2), corrected, LIMITED_MRI)

    assert (FIRST, SECOND) == (decided[("C-3", 1)].reason, decided[("C-2", 1)].reason)


def test_of_two_earlier_parts_that_is_named_whose_place_is_the_earlier_one() -> None:
    part = claim("C-1", received=2, lines=(line(1, modifiers=("26",)),))
    original = claim("C-2", received=1, lines=(line(1, modifiers=("TC",)),))
    corrected = replacement("C-3", "C-2", received=3, lines=(line(1, modifiers=("TC",)),))

    decided = decide(part, original, corrected, claim("C-4", received=4), LIMITED_MRI)[("C-4", 1)]

    assert ["C-3"] == [one.claim_id for one in finding(decided, "not_duplicate").evidence]
