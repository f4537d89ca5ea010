"""A kind of criterion: the requester attests what the policy asks for."""

from __future__ import annotations

import pytest

from rules.terms_of_lines import AttestedTerms
from tests.rules.asking import said
from tests.rules.asking_of_lines import AUTHORIZED, ask, attestations, criterion, whole
from tests.rules.builders import OTHER_NPI, attestation, authorization, claim, void

MET, MISSING = ("met", None), ("not_met", "missing")


def visit(on=-3, reference="PWK-77"):
    return attestation(on, "visit", reference)


def attested(missing="deny", within_days=30):
    filled = ["missing"] if within_days is None else ["missing", "within_days"]
    terms = AttestedTerms(attestation="visit", missing=missing, within_days=within_days)
    return criterion("attested", terms, filled=filled)


@pytest.mark.parametrize(
    ("told", "within_days", "expected"),
    [
        pytest.param([visit(-30)], 30, MET, id="on the first day of the span"),
        pytest.param([visit(-31)], 30, MISSING, id="the day before the span"),
        pytest.param([visit(-31)], None, MET, id="long before, where there is no span"),
        pytest.param([visit(0)], 30, MET, id="on the day"),
        pytest.param([visit(0)], 0, MET, id="on the day, a span of that day alone"),
        pytest.param([visit(-1)], 0, MISSING, id="the day before, a span of one day"),
        pytest.param([visit(1)], 30, MISSING, id="the day after"),
        pytest.param([visit(1)], None, MISSING, id="the day after, where there is no span"),
        pytest.param([visit(-31), visit(-30)], 30, MET, id="one inside and one before"),
        pytest.param([visit(1), visit(-30)], 30, MET, id="one inside and one after"),
        pytest.param([attestation(-3, "other")], 30, MISSING, id="of another kind"),
        pytest.param([], 30, MISSING, id="none"),
    ],
)
def test_an_attestation_of_the_span_is_enough(told, within_days, expected):
    found = ask(attested(within_days=within_days), claim(attestations=tuple(told)))

    assert expected == said(found)


def test_what_is_attested_is_named():
    found = ask(attested(), claim(attestations=(visit(-3, None), visit(-20), visit(-3))))

    evidence = attestations(("C-1", None), ("C-1", "PWK-77"))
    assert (MET, "visit is attested for 2025-09-12", evidence) == whole(found)
    assert {"own_within_days": 30} == found.parameters


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        pytest.param("deny", ("not_met", "missing"), id="denied without one"),
        pytest.param("pend", ("unknown", "missing"), id="held without one"),
    ],
)
def test_its_absence_counts_as_the_policy_says(missing, expected):
    found = ask(attested(missing), claim())
    old = ask(attested(missing), claim(attestations=(visit(-31),)))

    assert (expected, "nothing attests visit by 2025-09-15", ()) == whole(found)
    assert {"own_missing": missing, "own_within_days": 30} == found.parameters
    because = "visit is attested for 2025-08-15, more than 30 days before"
    assert (expected, because, attestations(("C-1", "PWK-77"))) == whole(old)
    assert {"own_missing": missing, "own_within_days": 30} == old.parameters


def test_without_a_span_none_is_told():
    found = ask(attested(within_days=None), claim())

    assert {"own_missing": "deny"} == found.parameters


SCAN = claim("C-2", modifiers=("TC",), npi=OTHER_NPI, attestations=(visit(),))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([SCAN], MET, id="a claim for the other component"),
        pytest.param([SCAN, void("C-3", "C-2")], MISSING, id="which was voided"),
        pytest.param([claim("C-2", on=-1, attestations=(visit(),))], MISSING, id="another study"),
    ],
)
def test_what_is_attested_holds_for_the_whole_study(others, expected):
    found = ask(attested(), claim(modifiers=("26",)), *others)

    assert expected == said(found)


def test_attestations_of_two_claims_stand_in_their_order():
    found = ask(attested(), claim(modifiers=("26",), attestations=(visit(),)), SCAN)

    assert attestations(("C-1", "PWK-77"), ("C-2", "PWK-77")) == found.evidence


def test_an_authorization_lifts_it():
    assert AUTHORIZED == whole(ask(attested(), claim(), authorization()))
