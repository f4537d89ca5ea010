"""A kind of criterion: where the service was provided."""

from __future__ import annotations

import pytest

from rules.terms_of_lines import PlaceTerms
from tests.rules.asking import said
from tests.rules.asking_of_lines import AUTHORIZED, ask, criterion, whole
from tests.rules.builders import authorization, claim

OFFICE_OR_OUTPATIENT = frozenset({"11", "22"})
SITE = criterion("place_of_service", PlaceTerms(places=OFFICE_OR_OUTPATIENT))
ELSEWHERE = (("not_met", "elsewhere"), "provided at place of service 21", ())


def at(place, **others):
    return claim(**others)._replace(place_of_service=place)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param("11", ("met", None), id="one of the places"),
        pytest.param("22", ("met", None), id="the other"),
        pytest.param(" 22 ", ("met", None), id="with blanks around it"),
        pytest.param("21", ("not_met", "elsewhere"), id="another place"),
        pytest.param(None, ("unknown", "unknown"), id="none"),
        pytest.param("1", ("unknown", "unknown"), id="one digit is no code"),
        pytest.param("111", ("unknown", "unknown"), id="three digits are no code"),
        pytest.param("1A", ("unknown", "unknown"), id="a letter is in no code"),
    ],
)
def test_a_service_is_provided_at_one_of_the_places(place, expected):
    found = ask(SITE, at(place))

    assert expected == said(found)


def test_it_names_the_place():
    assert ELSEWHERE == whole(ask(SITE, at("21")))
    assert (("met", None), "provided at place of service 11", ()) == whole(ask(SITE, at("11")))


def test_a_claim_without_a_code_says_so():
    because = "the claim has no place-of-service code"

    assert (("unknown", "unknown"), because, ()) == whole(ask(SITE, at(None)))


@pytest.mark.parametrize("place", ["11", "21", None])
@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param(None, ("unknown", "unknown"), id="nothing said"),
        pytest.param("pend", ("unknown", "unknown"), id="held"),
        pytest.param("accept", ("met", None), id="accepted"),
    ],
)
def test_an_institutional_claim_has_no_place_whatever_it_carries(choice, expected, place):
    terms = PlaceTerms(places=OFFICE_OR_OUTPATIENT, institutional=choice)
    filled = ["institutional"] if choice else []

    found = ask(
        criterion("place_of_service", terms, filled=filled),
        at(place, claim_type="institutional"),
    )

    assert (expected, "an institutional claim has no place of service", ()) == whole(found)
    assert ({"own_institutional": choice} if choice else {}) == found.parameters


def test_an_authorization_lifts_it():
    assert AUTHORIZED == whole(ask(SITE, at("21"), authorization()))


def test_an_authorization_of_another_procedure_does_not():
    assert ELSEWHERE == whole(ask(SITE, at("21"), authorization(procedure="0609T")))
