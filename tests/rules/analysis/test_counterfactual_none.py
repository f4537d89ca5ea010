"""Where nothing turns a line a sentence says why; what would deny it is told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rules.analysis.counterfactual import what_would_change
from rules.library_model import Library
from tests.rules.builders import (
    Sending,
    claim,
    pet,
    pet_report,
    record,
    replacement,
    report,
)
from tests.rules.deciding import authority_row, library, shipped
from tests.rules.turning import UNLISTED, against, sets, turned


@pytest.mark.parametrize(
    ("sendings", "expected"),
    [
        pytest.param(
            [claim(received=40)],
            [("enrolment",), ("report of another",), ("review",)],
            id="no_imaging_on_record",
        ),
        pytest.param(
            [claim(), report(), pet_report(status="pending")],
            [("report",), ("review",)],
            id="a_pending_pet",
        ),
        pytest.param(
            [claim(), report(), pet(on=0)],
            [("core system",), ("review",)],
            id="a_pet_of_the_same_day",
        ),
        pytest.param(
            [claim("M-1", on=0), report(), pet("C-1")], [("core system",), ("review",)], id="a_pet"
        ),
        pytest.param([claim(on=-200, received=-190)], [("review",)], id="no_version"),
    ],
)
def test_what_would_deny_a_line_that_waits_is_told_to_the_examiner(
    sendings: Sequence[Sending], expected: list[tuple[str, ...]]
) -> None:
    assert expected == against(turned(*sendings))


def test_of_a_denied_line_nothing_is_looked_for_that_would_deny_it() -> None:
    assert () == turned(claim(diagnoses=UNLISTED), report()).against_it


@pytest.mark.parametrize(
    ("sendings", "using", "words"),
    [
        pytest.param(
            [claim(plan="sample-medicaid"), report()],
            library(rows=(authority_row("eMedNY", "medicaid"),)),
            "Another authority",
            id="authority",
        ),
        pytest.param(
            [claim(plan="sample-no-mrs"), report()],
            replace(shipped(), plans={"sample-no-mrs": shipped().plans["sample-no-mrs"]}),
            "another plan",
            id="benefit",
        ),
    ],
)
def test_where_nothing_turns_a_line_a_sentence_says_why(
    sendings: Sequence[Sending], using: Library, words: str
) -> None:
    found = turned(*sendings, using=using)

    assert () == found.for_it
    assert words in str(found.why_none)


def test_and_another_one_where_there_is_no_single_reason() -> None:
    found = turned(replacement("C-1", "C-0", diagnoses=(), modifiers=("50",), plan="nobody's"))

    assert [] == sets(found)
    assert "could honestly be supplied" in str(found.why_none)


@pytest.mark.parametrize(
    ("sendings", "of"),
    [
        pytest.param([claim(), report()], ("C-1", 1), id="approved"),
        pytest.param([pet("C-1")], ("C-1", 1), id="not_applicable"),
        pytest.param([claim()], ("C-9", 1), id="no_such_line"),
    ],
)
def test_a_line_that_is_neither_denied_nor_pended_is_not_turned(
    sendings: Sequence[Sending], of: tuple[str, int]
) -> None:
    assert what_would_change(record(*sendings), shipped(), of) is None
