"""How many days lie between a treatment's end and a service."""

from __future__ import annotations

from itertools import permutations

import pytest

from rules.terms_of_history import AfterTreatmentTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import Sending, authorization, claim, treatment

MET = ("met", None)
EARLY = ("not_met", "TOO_EARLY")
LATE = ("not_met", "TOO_LATE")
NO_TREATMENT = ("unknown", "NO_TREATMENT")
CODES = frozenset({"77301", "61510", "L01AX03", "76390"})
BOTH = AfterTreatmentTerms(treatments=CODES, least_days=10, most_days=90)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([treatment(on=-9)], EARLY, id="9 days after"),
        pytest.param([treatment(on=-10)], MET, id="10 days after"),
        pytest.param([treatment(on=-90)], MET, id="90 days after"),
        pytest.param([treatment(on=-91)], LATE, id="91 days after"),
        pytest.param([treatment(on=0)], EARLY, id="the same day"),
        pytest.param([treatment(on=1)], NO_TREATMENT, id="treated the day after"),
        pytest.param([], NO_TREATMENT, id="never treated"),
        pytest.param([treatment(procedure="61512")], NO_TREATMENT, id="another treatment"),
        pytest.param([treatment(status="voided")], NO_TREATMENT, id="taken back"),
        pytest.param([treatment(on=-200, ended=-10)], MET, id="10 days after its end"),
        pytest.param([treatment(on=-200, ended=-9)], EARLY, id="9 days after its end"),
        pytest.param([treatment(on=-50, ended=5)], EARLY, id="while it went on"),
        pytest.param([treatment(procedure="", therapy="L01AX03", on=-20)], MET, id="no procedure"),
        pytest.param(
            [treatment("a", on=-200), treatment("b", on=-20)], MET, id="the latest of two"
        ),
        pytest.param([treatment("a", on=-20), treatment("b", on=-5)], EARLY, id="the later early"),
        pytest.param([claim("R-1", "77301", on=-20)], MET, id="known from a claim"),
        pytest.param(
            [claim("R-1", "77301", on=-5), treatment(on=-20)], EARLY, id="the claim is the latest"
        ),
        pytest.param(
            [claim("R-1", "77301", on=-20, modifiers=("53",))], NO_TREATMENT, id="broken off"
        ),
        pytest.param([claim("C-0", modifiers=("26",))], NO_TREATMENT, id="the line's own study"),
    ],
)
def test_so_many_days_lie_between(facts: list[Sending], expected: tuple[str, str | None]) -> None:
    found = ask("after_treatment", BOTH, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("terms", "on", "expected", "parameters"),
    [
        pytest.param(
            AfterTreatmentTerms(treatments=CODES, least_days=10),
            -5000,
            MET,
            {"the_least_days": 10},
            id="at least",
        ),
        pytest.param(
            AfterTreatmentTerms(treatments=CODES, most_days=90),
            0,
            MET,
            {"the_most_days": 90},
            id="at most",
        ),
        pytest.param(AfterTreatmentTerms(treatments=CODES), -5000, MET, {}, id="neither"),
        pytest.param(BOTH, -10, MET, {"the_least_days": 10, "the_most_days": 90}, id="both"),
    ],
)
def test_either_end_may_be_left_out(
    terms: AfterTreatmentTerms,
    on: int,
    expected: tuple[str, str | None],
    parameters: dict[str, object],
) -> None:
    found = ask("after_treatment", terms, claim(), treatment(on=on))

    assert expected == said(found)
    assert parameters == dict(found.parameters)


def test_all_of_the_latest_day_are_named_in_any_order_of_arrival() -> None:
    facts = (
        treatment("T-1", on=-20),
        claim("R-1", "77301", on=-20),
        treatment("T-2", "", therapy="L01AX03", on=-90, ended=-20),
        claim("R-0", "61510", on=-21),
    )

    found = [ask("after_treatment", BOTH, claim(), *some) for some in permutations(facts)]

    assert [found[0]] * 24 == found
    assert "20 days after 61510, 77301, L01AX03 of 2025-08-26" == found[0].because
    assert ["R-1", "T-1", "T-2"] == pointed(found[0])


def test_only_the_latest_day_of_those_that_are_billed_is_named() -> None:
    found = ask(
        "after_treatment",
        BOTH,
        claim(),
        claim("R-1", "77301", on=-20),
        claim("R-0", "61510", on=-20),
        claim("R-2", "61510", on=-25),
    )

    assert ["R-0", "R-1"] == pointed(found)


def test_without_a_treatment_nothing_is_pointed_to() -> None:
    found = ask("after_treatment", BOTH, claim())

    assert "no treatment is on record up to the service" == found.because
    assert () == found.evidence


def test_an_authorization_lifts_it() -> None:
    found = ask("after_treatment", BOTH, claim(), treatment(on=0), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)
