"""Whether an evaluation took place before a service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.terms_of_history import EvaluationTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import Sending, authorization, claim, finalization, line, report

MET = ("met", None)
NONE = ("not_met", "NONE")
HELD = ("unknown", "NONE")
VISIT = EvaluationTerms(evaluations=frozenset({"99213", "76390"}), within_days=30, missing="deny")


def visit(on: int, **others: object) -> Sending:
    return claim("V-1", "99213", on=on, **others)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([visit(0)], MET, id="the same day"),
        pytest.param([visit(-30)], MET, id="30 days before"),
        pytest.param([visit(-31)], NONE, id="31 days before"),
        pytest.param([visit(1)], NONE, id="the day after"),
        pytest.param([], NONE, id="never"),
        pytest.param([report("a", "99213", on=-5)], MET, id="known from a report"),
        pytest.param([claim("V-1", "99214", on=-5)], NONE, id="another procedure"),
        pytest.param([visit(-5, modifiers=("53",))], NONE, id="broken off"),
        pytest.param([visit(-5), finalization("V-1", status="denied")], MET, id="not paid"),
        pytest.param([claim("C-0", modifiers=("26",))], NONE, id="the line's own study"),
    ],
)
def test_it_took_place_in_so_many_days_up_to_the_service(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("evaluated", VISIT, claim(), *facts)

    assert expected == said(found)


def test_it_may_stand_on_the_same_claim() -> None:
    both = claim(lines=(line(1), line(2, "99213")))

    found = ask("evaluated", VISIT, both)

    assert MET == said(found)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [pytest.param("deny", NONE, id="denied"), pytest.param("pend", HELD, id="held")],
)
def test_the_policy_says_what_becomes_of_a_line_without_one(
    missing: str, expected: tuple[str, str | None]
) -> None:
    found = ask("evaluated", replace(VISIT, missing=missing), claim())

    assert expected == said(found)
    assert "no evaluation is on record from 2025-08-16 through 2025-09-15" == found.because
    assert {"the_within_days": 30, "the_missing": missing} == dict(found.parameters)


def test_the_latest_is_named() -> None:
    found = ask("evaluated", VISIT, claim(), report("a", "99213", on=-9), visit(-5))

    assert "evaluated by 99213 of 2025-09-10" == found.because
    assert ["V-1"] == pointed(found)
    assert {"the_within_days": 30} == dict(found.parameters)


def test_an_authorization_lifts_it() -> None:
    found = ask("evaluated", VISIT, claim(), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)
