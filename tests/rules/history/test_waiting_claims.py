"""Replacements and voids whose original is not known."""

from __future__ import annotations

from datetime import date

import pytest

from rules.library_model import Library
from tests.rules.builders import (
    DAY,
    LIMITED_MRI,
    Sending,
    claim,
    day,
    line,
    pet,
    replacement,
    review,
    void,
)
from tests.rules.deciding import answer, codes, decide, decide_line, reasons, with_plan

STANDS = "CRITERIA_MET"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param(
            [replacement("C-2", "C-1")],
            {"C-2": "ORIGINAL_NOT_FOUND"},
            id="a replacement waits",
        ),
        pytest.param([void("C-2", "C-1")], {"C-2": "ORIGINAL_NOT_FOUND"}, id="a void waits"),
        pytest.param(
            [replacement("C-2", "C-1", procedure="78608")],
            {"C-2": "ORIGINAL_NOT_FOUND"},
            id="a replacement of a PET waits",
        ),
        pytest.param(
            [replacement("C-2", "C-1", procedure="99213")],
            {"C-2": "OUT_OF_SCOPE"},
            id="a replacement of another service does not",
        ),
        pytest.param(
            [void("C-2", "C-1", procedure="99213")],
            {"C-2": "OUT_OF_SCOPE"},
            id="nor does the void of another service",
        ),
        pytest.param(
            [claim("C-1", "99213"), void("C-2", "C-1", procedure="99213")],
            {"C-1": "VOIDED", "C-2": "VOID_PROCESSED"},
            id="a void of a known claim is processed whatever the service",
        ),
        pytest.param(
            [replacement("C-2", "C-1", received=5), replacement("C-3", "C-1", received=6)],
            {"C-2": "SUPERSEDED", "C-3": "ORIGINAL_NOT_FOUND"},
            id="of two that name one unknown claim the later waits",
        ),
        pytest.param(
            [replacement("C-2", "C-1", received=5), void("C-3", "C-1", received=6)],
            {"C-2": "VOIDED", "C-3": "ORIGINAL_NOT_FOUND"},
            id="a later void of one unknown claim voids its replacement and waits",
        ),
        pytest.param(
            [replacement("C-2", "C-1", received=6), void("C-3", "C-1", received=5)],
            {"C-2": "ORIGINAL_NOT_FOUND", "C-3": "ORIGINAL_NOT_FOUND"},
            id="an earlier void of one unknown claim voids nothing",
        ),
        pytest.param(
            [replacement("C-2", "C-1", plan="nobody-knows")],
            {"C-2": "ORIGINAL_NOT_FOUND"},
            id="under an unknown plan a replacement waits too",
        ),
    ],
)
def test_what_names_an_unknown_claim_waits_for_it(
    claims: list[Sending], expected: dict[str, str]
) -> None:
    actual = reasons(*claims, LIMITED_MRI)

    assert expected == actual


def test_a_waiting_line_is_pended_with_codes_and_no_finding() -> None:
    waiting = decide_line(replacement("C-2", "C-1"), of="C-2")

    assert ("pended", (None, "16", ("N152",)), ()) == (
        waiting.outcome,
        codes(waiting),
        waiting.findings,
    )


def test_what_a_waiting_replacement_bills_was_performed() -> None:
    waiting = replacement("C-2", "C-9", procedure="70553", on=-14)

    decided = decide_line(claim("C-1"), waiting)

    assert ("unknown", "CONVENTIONAL_RESULT_UNKNOWN") == answer(decided, "conventional_imaging")


def test_a_waiting_spectroscopy_may_stand_against_a_later_pet() -> None:
    waiting = replacement("C-2", "C-9", on=-10)

    decided = decide_line(pet(), waiting, LIMITED_MRI, of="P-1")

    assert ("pended", "PET_EXCLUSIVITY_UNCLEAR") == (decided.outcome, decided.reason)


def known_from(first: date) -> Library:
    return with_plan("sample-commercial", claims_known_from=first)


@pytest.mark.parametrize(
    ("first_known", "of_replacement", "of_void"),
    [
        pytest.param(day(1), STANDS, "VOID_PROCESSED", id="dated the day before"),
        pytest.param(DAY, "ORIGINAL_NOT_FOUND", "ORIGINAL_NOT_FOUND", id="dated that day"),
    ],
)
def test_an_original_older_than_the_claims_that_a_plan_knows_is_not_waited_for(
    first_known: date, of_replacement: str, of_void: str
) -> None:
    using = known_from(first_known)

    replaced = reasons(replacement("C-2", "C-1"), LIMITED_MRI, using=using)
    voided = reasons(void("C-3", "C-1"), LIMITED_MRI, using=using)

    assert ({"C-2": of_replacement}, {"C-3": of_void}) == (replaced, voided)


def test_all_lines_must_be_older_than_the_claims_that_a_plan_knows() -> None:
    two_days = (line(1, on=-1), line(2, on=0))

    decided = decide(replacement("C-2", "C-1", lines=two_days), LIMITED_MRI, using=known_from(DAY))

    assert ["ORIGINAL_NOT_FOUND"] * 2 == [one.reason for one in decided.values()]


def test_a_reviewed_line_waits_no_longer_and_its_neighbour_does() -> None:
    lines = (line(1, on=-1), line(2, on=0))

    decided = decide(replacement("C-2", "C-1", lines=lines), review("C-2", 1), LIMITED_MRI)

    expected = {("C-2", 1): "REVIEWED", ("C-2", 2): "ORIGINAL_NOT_FOUND"}
    assert expected == {key: one.reason for key, one in decided.items()}


def test_a_reviewed_void_of_an_unknown_claim_is_processed() -> None:
    lines = (line(1), line(2, "99213"))

    decided = decide(void("C-2", "C-1", lines=lines), review("C-2", 1), review("C-2", 2))

    expected = {("C-2", 1): "VOID_PROCESSED", ("C-2", 2): "OUT_OF_SCOPE"}
    assert expected == {key: one.reason for key, one in decided.items()}


def test_a_reviewed_replacement_is_asked_its_gates_as_usual() -> None:
    bilateral = replacement("C-2", "C-1", modifiers=("50",))

    decided = decide_line(bilateral, review("C-2"), LIMITED_MRI, of="C-2")

    assert ("denied", "MODIFIER_INVALID") == (decided.outcome, decided.reason)
