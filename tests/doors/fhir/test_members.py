"""Whose claim it is: two people never become one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from doors.fhir import systems
from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import UNMAPPED_PLAN, UNSALTED, DoorTerms
from doors.x12 import claims as x12_claims
from doors.x12 import terms as x12_terms
from doors.x12.loops import Insured
from doors.x12.members import _made_id
from doors.x12.reading import Party
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.fhir_messages import bundle_of, claim_of, concept, coverage_of, patient_of

CHILD = {"relationship": {"coding": [{"code": "child"}]}}
NAMELESS: dict[str, Any] = {"identifier": []}


def message(coverage: dict[str, Any], patient: dict[str, Any]) -> dict[str, Any]:
    insured = {**coverage_of("FAMILY", "sample-commercial"), **coverage}
    person = {**patient_of("FAMILY"), **patient}
    return bundle_of(claim_of(event_of(CLAIM)), _given(insured), _given(person))


def member_in(sent: dict[str, Any], salt: bytes = b"pepper") -> str:
    (outcome,) = outcome_of(resource_in(encoded(sent)), DoorTerms(salt=salt)).resources
    assert () == outcome.faults
    return json.loads(outcome.event)["data"]["member_id"]


def faults_in(sent: dict[str, Any]) -> list[str]:
    (outcome,) = outcome_of(resource_in(encoded(sent)), DoorTerms()).resources
    assert outcome.event is None
    return [fault.text for fault in outcome.faults]


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ...}


@pytest.mark.parametrize(
    ("coverage", "patient", "expected"),
    [
        pytest.param({}, {}, "FAMILY", id="the subscriber by the coverage"),
        pytest.param({"subscriberId": ...}, {}, "FAMILY", id="the subscriber by the own number"),
        pytest.param({"relationship": ..., "subscriber": {"reference": "Patient/p"}}, {},
                     "FAMILY", id="the subscriber is the patient"),
        pytest.param(CHILD, {"identifier": [{"type": concept(systems.IDENTIFIER_TYPE, "MB"),
                                             "value": "OWN"}]},
                     "OWN", id="a dependent by an own number"),
        pytest.param({"relationship": ...},
                     {"identifier": [{"type": concept(systems.IDENTIFIER_TYPE, "MB"),
                                      "value": "OWN"}]},
                     "OWN", id="an own number, whoever it is"),
    ],
)  # fmt: skip
def test_a_member_is_known_by(coverage, patient, expected):
    assert expected == member_in(message(coverage, patient))


def test_a_dependent_without_a_number_has_a_lasting_id_of_their_own():
    people = [
        {},
        {"name": [{"family": "Sample", "given": ["Other"]}]},
        {"name": [{"family": "Sample", "given": ["Person", "M."]}]},
        {"name": [{"family": "Sample", "given": ["Person"], "suffix": ["Jr."]}]},
        {"birthDate": "1990-01-01"},
        {"gender": "male"},
        {"name": [{"use": "old", "family": "Old", "given": ["Person"]}]},
    ]
    found = [member_in(message(CHILD, {**NAMELESS, **person})) for person in people]
    by_number = [
        member_in(message({**CHILD, "dependent": each}, {**NAMELESS, "name": ...})) for each in "12"
    ]

    assert len(people) + 2 == len({*found, *by_number})
    assert "FAMILY" not in {*found, *by_number}
    assert found[0] == member_in(
        message(CHILD, {**NAMELESS, "name": [{"use": "usual", "family": "Other"},
                                             {"use": "official", "family": "SAMPLE ",
                                              "given": [" person"]}]})
    )  # fmt: skip
    assert found[0] != member_in(message(CHILD, NAMELESS), salt=b"salt")
    assert "sample" not in found[0].casefold()


@pytest.mark.parametrize(
    ("coverage", "patient", "words"),
    [
        pytest.param({"relationship": ...}, {}, "send `relationship`",
                     id="nothing says who of the family it is"),
        pytest.param({"subscriberId": ..., **CHILD}, NAMELESS, "no number",
                     id="no number of the family"),
        pytest.param({"subscriberId": ...}, NAMELESS, "no subscriberId", id="no number at all"),
        pytest.param(CHILD, {**NAMELESS, "birthDate": ...}, "birthDate", id="no birth date"),
        pytest.param(CHILD, {**NAMELESS, "name": ...}, "name", id="no name"),
        pytest.param({"beneficiary": {"reference": "Patient/q"}}, {}, "another person",
                     id="another person's coverage"),
        pytest.param({"beneficiary": {"identifier": {"value": "1"}}}, {}, "another person",
                     id="a coverage of who knows whom"),
        pytest.param(CHILD, {**NAMELESS, "name": [{"family": "Sample"}]}, "name",
                     id="no given name"),
        pytest.param({}, {"active": False}, "not active", id="a record that is not active"),
        pytest.param({}, {"link": [{"type": "replaced-by", "other": {}}]}, "replaced",
                     id="a record that was replaced"),
        pytest.param(CHILD, {**NAMELESS, "birthDate": "1960"}, "whole date",
                     id="a year of birth alone"),
    ],
)  # fmt: skip
def test_who_could_be_two_people_is_refused(coverage, patient, words):
    found = faults_in(message(coverage, patient))

    assert any(words in text for text in found), found


@pytest.mark.parametrize(
    ("patient", "beneficiary", "is_one"),
    [
        pytest.param("https://a.test/Patient/9", "https://a.test/Patient/9", True,
                     id="one server"),
        pytest.param("https://a.test/Patient/9", "https://b.test/Patient/9", False,
                     id="one id on two servers"),
        pytest.param("Patient/9", "https://gateway.test/fhir/Patient/9/_history/2", True,
                     id="one of them relative"),
        pytest.param("Patient/9", "Patient/8", False, id="two ids"),
    ],
)  # fmt: skip
def test_two_references_that_lead_nowhere_are_one_person_only_on_one_server(
    patient, beneficiary, is_one
):
    sent = message({"beneficiary": {"reference": beneficiary}}, {})
    sent["entry"][0]["resource"]["patient"] = {"reference": patient}

    (outcome,) = outcome_of(resource_in(encoded(sent)), DoorTerms()).resources

    assert is_one is (outcome.event is not None)


def test_a_patient_of_another_server_with_the_same_id_is_not_the_claim_s():
    sent = message(CHILD, NAMELESS)
    sent["entry"][2]["fullUrl"] = "https://elsewhere.test/fhir/Patient/p"

    assert any("birthDate" in text for text in faults_in(sent))


def test_two_patients_of_one_id_are_not_taken_for_each_other():
    sent = message(CHILD, NAMELESS)
    other = {**sent["entry"][2]["resource"], "birthDate": "1999-09-09"}
    del sent["entry"][2]["fullUrl"]
    sent["entry"].append({"resource": other})

    assert any("birthDate" in text for text in faults_in(sent))


def test_a_dependent_has_the_same_id_by_fhir_and_by_x12():
    party = Party("1", " Sample", "person", "m.  n.", "Jr.", "", "")
    by_x12 = _made_id("FAMILY", Insured(party, birth="19600229", sex="F"), b"pepper")
    named = {"name": [{"family": "SAMPLE", "given": ["Person", "M.", "N."], "suffix": ["jr."]}]}

    assert by_x12 == member_in(message(CHILD, {**NAMELESS, **named}))
    assert (UNSALTED, UNMAPPED_PLAN) == (x12_terms.UNSALTED, x12_claims.UNMAPPED_PLAN)
