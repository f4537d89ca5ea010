"""A kind of criterion: so many of some criteria are met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.determination import Evidence
from rules.terms_of_lines import AttestedTerms, NOfTerms, PlaceTerms, UnitsTerms
from tests.rules.asking import said
from tests.rules.asking_of_lines import ask, attestations, criterion, whole
from tests.rules.builders import attestation, authorization, claim

MET, FEWER, OPEN = ("met", None), ("not_met", "fewer"), ("unknown", "open")


def part(name, answer):
    """A part that gives an answer of any of `claim`'s lines."""
    choice = {"met": "11", "not_met": "21"}
    if answer == "unknown":
        return criterion("referred", name=name)
    terms = PlaceTerms(places=frozenset({choice[answer]}))
    return criterion("place_of_service", terms, name=name)


def n_of(least, *parts):
    terms = NOfTerms(parts=parts, least=least)
    return criterion("n_of", terms, filled=["least"])


@pytest.mark.parametrize(
    ("least", "answers", "expected"),
    [
        pytest.param(1, ["met", "not_met"], MET, id="one of two, one is met"),
        pytest.param(1, ["not_met", "not_met"], FEWER, id="one of two, none can be"),
        pytest.param(1, ["not_met", "unknown"], OPEN, id="one of two, one is open"),
        pytest.param(1, ["met", "unknown"], MET, id="one of two, the other is open"),
        pytest.param(2, ["met", "met", "not_met"], MET, id="two of three are met"),
        pytest.param(2, ["met", "not_met", "not_met"], FEWER, id="two of three, one is met"),
        pytest.param(2, ["met", "unknown", "not_met"], OPEN, id="two of three, one more may be"),
        pytest.param(2, ["unknown", "unknown", "not_met"], OPEN, id="two of three may be"),
        pytest.param(2, ["unknown", "not_met", "not_met"], FEWER, id="one of three may be"),
        pytest.param(3, ["met", "met", "met"], MET, id="all are met"),
        pytest.param(3, ["met", "met", "not_met"], FEWER, id="all but one"),
        pytest.param(3, ["met", "met", "unknown"], OPEN, id="all but one, which is open"),
        pytest.param(0, ["not_met"], MET, id="none is needed"),
    ],
)
def test_it_is_not_met_only_where_too_few_can_still_be(least, answers, expected):
    parts = [part(f"part_{at}", answer) for at, answer in enumerate(answers)]

    found = ask(n_of(least, *parts), claim())

    assert expected == said(found)
    assert {"own_least": least} == found.parameters


def test_it_names_each_part_with_its_answer():
    parts = (part("first", "met"), part("second", "not_met"), part("third", "unknown"))

    found = ask(n_of(2, *parts), claim())

    because = (
        "2 of 3 needed: first is met (provided at place of service 11); "
        "second is not met (provided at place of service 11); "
        "third is open (76390 is decided by the criteria of another)"
    )
    assert (OPEN, because, ()) == whole(found)


def visit(name, within_days):
    terms = AttestedTerms(attestation="visit", missing="deny", within_days=within_days)
    return criterion("attested", terms, filled=["within_days"], name=name)


def test_it_leans_on_what_its_parts_lean_on():
    units = criterion("units", UnitsTerms(most=1), filled=["most"], name="units")
    parts = (visit("first", 30), visit("second", 30), units)

    found = ask(n_of(3, *parts), claim(attestations=(attestation(-3, "visit"),)))

    assert (MET, attestations(("C-1", "PWK-77"))) == (said(found), found.evidence)
    assert {"own_least": 3, "own_within_days": 30, "own_most": 1} == found.parameters


def needing(asked, *needs):
    reasons = {role: replace(reason, needs=needs) for role, reason in asked.reasons.items()}
    return asked.with_fields(reasons=reasons)


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        pytest.param(1, None, id="met"),
        pytest.param(2, ("review", "diagnosis", "authorization"), id="open"),
        pytest.param(3, ("review", "diagnosis", "authorization"), id="not met"),
    ],
)
def test_what_it_needs_is_what_its_open_parts_need(least, expected):
    parts = (
        needing(part("first", "met"), "original_claim"),
        needing(part("second", "not_met"), "diagnosis", "review"),
        needing(part("third", "unknown"), "authorization", "diagnosis"),
    )

    found = ask(needing(n_of(least, *parts), "review"), claim())

    assert expected == found.needs


def test_a_part_may_have_parts():
    inner = n_of(1, needing(part("inmost", "not_met"), "diagnosis")).with_fields(name="inner")
    inner = needing(inner, "review")

    found = ask(needing(n_of(1, inner), "authorization"), claim())

    assert (FEWER, ("authorization", "review", "diagnosis")) == (said(found), found.needs)


def test_an_authorization_lifts_what_it_lifts_of_each_part():
    units = criterion("units", UnitsTerms(most=1), filled=["most"], name="units")
    facts = (claim(units=2), authorization())

    one = ask(n_of(1, part("place", "not_met"), units), *facts)
    both = ask(n_of(2, part("place", "not_met"), units), *facts)

    assert (MET, FEWER) == (said(one), said(both))
    assert (Evidence("authorization", id="A-1"),) == both.evidence


def test_other_answers_of_the_policy_reach_its_parts():
    asked = n_of(2, visit("first", 30), visit("second", 30))
    old = claim(attestations=(attestation(-40, "visit"),))

    same = asked.with_answers({"another": 1})
    changed = asked.with_answers({"own_within_days": 40})

    assert same is asked
    assert (FEWER, MET) == (said(ask(asked, old)), said(ask(changed, old)))
    assert {"own_least": 2, "own_within_days": 40} == ask(changed, old).parameters
