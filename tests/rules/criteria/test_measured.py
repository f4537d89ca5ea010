"""A kind of criterion: a measure that is attested lies between two bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.terms_of_lines import MeasuredTerms
from tests.rules.asking import said
from tests.rules.asking_of_lines import AUTHORIZED, ask, attestations, criterion, whole
from tests.rules.builders import OTHER_NPI, attestation, authorization, claim

MET, OUTSIDE, MISSING = ("met", None), ("not_met", "outside"), ("unknown", "missing")


def bmi(value, on=-3, unit="kg/m2", reference="PWK-77"):
    number = None if value is None else Decimal(value)
    return attestation(on, "bmi", reference)._replace(value=number, unit=unit)


def measured(least="35", most="50", within_days=30):
    slots = {
        "least": None if least is None else Decimal(least),
        "most": None if most is None else Decimal(most),
        "within_days": within_days,
    }
    terms = MeasuredTerms(attestation="bmi", unit="kg/m2", **slots)
    filled = [slot for slot, value in slots.items() if value is not None]
    return criterion("measured", terms, filled=filled)


def told(*measures):
    return claim(attestations=measures)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("34.9", OUTSIDE, id="just below the least"),
        pytest.param("35", MET, id="the least"),
        pytest.param("35.00", MET, id="the least, written longer"),
        pytest.param("50", MET, id="the most"),
        pytest.param("50.1", OUTSIDE, id="just above the most"),
    ],
)
def test_both_bounds_are_included(value, expected):
    assert expected == said(ask(measured(), told(bmi(value))))


@pytest.mark.parametrize(
    ("least", "most", "value", "expected"),
    [
        pytest.param("35", None, "99", MET, id="no most"),
        pytest.param("35", None, "34", OUTSIDE, id="no most, below the least"),
        pytest.param(None, "50", "0", MET, id="no least"),
        pytest.param(None, "50", "51", OUTSIDE, id="no least, above the most"),
        pytest.param(None, None, "-1", MET, id="no bound: it was measured"),
    ],
)
def test_a_bound_may_be_left_out(least, most, value, expected):
    assert expected == said(ask(measured(least, most), told(bmi(value))))


@pytest.mark.parametrize(
    ("measures", "within_days", "expected"),
    [
        pytest.param([bmi(40, -30)], 30, MET, id="on the first day of the span"),
        pytest.param([bmi(40, -31)], 30, MISSING, id="the day before the span"),
        pytest.param([bmi(20, -31)], 30, MISSING, id="too old to speak against it"),
        pytest.param([bmi(40, -31)], None, MET, id="long before, where there is no span"),
        pytest.param([bmi(40, 0)], 0, MET, id="on the day"),
        pytest.param([bmi(40, 1)], 30, MISSING, id="the day after"),
        pytest.param([bmi(20, 1), bmi(40, -1)], 30, MET, id="what came after is not looked at"),
        pytest.param([bmi(20, -2), bmi(40, -1)], 30, MET, id="the latest is inside"),
        pytest.param([bmi(40, -2), bmi(20, -1)], 30, OUTSIDE, id="the latest is outside"),
        pytest.param([bmi(40, -2), bmi(45, -2)], 30, MET, id="two of a day, both inside"),
        pytest.param([bmi(20, -2), bmi(55, -2)], 30, OUTSIDE, id="two of a day, both outside"),
        pytest.param([bmi(20, -2), bmi(40, -2)], 30, MISSING, id="two of a day that disagree"),
        pytest.param([bmi(None)], 30, MISSING, id="no value"),
        pytest.param([bmi(40, unit="lb/in2")], 30, MISSING, id="in another unit"),
        pytest.param([bmi(40, unit=None)], 30, MISSING, id="without a unit"),
        pytest.param([bmi(40, -2), bmi(None, -1)], 30, MISSING, id="the latest has no value"),
        pytest.param(
            [bmi(40, -1), bmi(7, -1, "lb/in2")], 30, MET, id="of a day, one in another unit"
        ),
        pytest.param([attestation(-3, "weight")], 30, MISSING, id="of another kind"),
        pytest.param([], 30, MISSING, id="none"),
    ],
)
def test_the_measures_of_the_latest_day_decide(measures, within_days, expected):
    assert expected == said(ask(measured(within_days=within_days), told(*measures)))


def test_a_finding_names_the_values_and_the_bounds():
    two = told(bmi("41", reference=None), bmi("40.5"))

    found = ask(measured(), two)

    because = "bmi of 2025-09-12: 40.5 and 41 kg/m2, at least 35, at most 50"
    assert (MET, because, attestations(("C-1", None), ("C-1", "PWK-77"))) == whole(found)
    bounds = {"own_least": Decimal(35), "own_most": Decimal(50), "own_within_days": 30}
    assert bounds == found.parameters


@pytest.mark.parametrize(
    ("least", "most", "asked_for", "parameters"),
    [
        pytest.param("35", None, ", at least 35", {"own_least": Decimal(35)}, id="a least"),
        pytest.param(None, "20", ", at most 20", {"own_most": Decimal(20)}, id="a most"),
        pytest.param(None, None, "", {}, id="none"),
    ],
)
def test_only_bounds_that_there_are_are_named(least, most, asked_for, parameters):
    found = ask(measured(least, most, None), told(bmi("30")))

    assert f"bmi of 2025-09-12: 30 kg/m2{asked_for}" == found.because
    assert parameters == found.parameters


@pytest.mark.parametrize(
    ("measures", "because", "evidence"),
    [
        pytest.param([], "nothing attests bmi by 2025-09-15", (), id="none"),
        pytest.param(
            [bmi(40, -31)],
            "bmi is attested for 2025-08-15, more than 30 days before",
            attestations(("C-1", "PWK-77")),
            id="too old",
        ),
        pytest.param(
            [bmi(None)],
            "bmi of 2025-09-12 is attested without a value in kg/m2",
            attestations(("C-1", "PWK-77")),
            id="no value",
        ),
        pytest.param(
            [bmi(34), bmi(36)],
            "bmi of 2025-09-12: 34 and 36 kg/m2, at least 35, at most 50",
            attestations(("C-1", "PWK-77")),
            id="two that disagree",
        ),
    ],
)
def test_what_is_missing_is_told(measures, because, evidence):
    found = ask(measured(), told(*measures))

    assert (MISSING, because, evidence) == whole(found)
    assert 30 == found.parameters["own_within_days"]


def test_a_measure_on_a_claim_for_the_same_study_counts():
    scan = claim("C-2", modifiers=("TC",), npi=OTHER_NPI, attestations=(bmi("40"),))

    found = ask(measured(), claim(modifiers=("26",)), scan)

    assert (MET, attestations(("C-2", "PWK-77"))) == (said(found), found.evidence)


def test_an_authorization_lifts_it():
    assert AUTHORIZED == whole(ask(measured(), told(bmi(20)), authorization()))
