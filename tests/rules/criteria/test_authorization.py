"""A kind of criterion: the service was authorized beforehand."""

from __future__ import annotations

import pytest

from rules.determination import Evidence
from rules.terms_of_lines import AuthorizationTerms
from tests.rules.asking_of_lines import ask, criterion, whole
from tests.rules.builders import authorization, claim


def rule(word, missing="deny"):
    terms = AuthorizationTerms(rule=word, missing=missing)
    return criterion("authorization", terms, filled=["rule", "missing"])


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        pytest.param("deny", ("not_met", "missing"), id="denied without one"),
        pytest.param("pend", ("unknown", "missing"), id="held without one"),
    ],
)
def test_where_one_is_required_its_absence_counts_as_the_policy_says(missing, expected):
    found = ask(rule("required", missing), claim())

    because = "no prior authorization of 76390 holds on 2025-09-15"
    assert (expected, because, ()) == whole(found)
    assert {"own_rule": "required", "own_missing": missing} == found.parameters


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(authorization(since=0, through=0), "met", id="of the day"),
        pytest.param(authorization(since=1), "not_met", id="from the day after"),
        pytest.param(authorization(through=-1), "not_met", id="up to the day before"),
        pytest.param(authorization(procedure="0609T"), "not_met", id="of another procedure"),
        pytest.param(authorization(status="denied"), "not_met", id="denied"),
        pytest.param(authorization(status="cancelled"), "not_met", id="cancelled"),
    ],
)
def test_it_holds_for_the_procedure_on_the_date_of_service(given, expected):
    assert expected == ask(rule("required"), claim(), given).answer


def test_what_holds_is_named():
    found = ask(rule("required"), claim(), authorization("A-2"), authorization("A-1"))

    evidence = tuple(Evidence("authorization", id=each) for each in ("A-1", "A-2"))
    assert (("met", None), "a prior authorization holds", evidence) == whole(found)
    assert {"own_rule": "required"} == found.parameters


@pytest.mark.parametrize("given", [(), (authorization(),)], ids=["without one", "with one"])
def test_where_it_is_waived_it_is_always_met(given):
    found = ask(rule("waived"), claim(), *given)

    assert (("met", None), "no prior authorization is required", ()) == whole(found)
    assert {"own_rule": "waived"} == found.parameters
