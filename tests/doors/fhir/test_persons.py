"""A Patient that comes by itself: what becomes of it, and when it is not read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import DoorTerms
from tests.support.event_builders import COVERAGE, encoded, event_of
from tests.support.fhir_messages import bundle_of, coverage_of, message_of, patient_of

TOLD = {"meta": {"lastUpdated": "2025-06-03T08:00:00Z"}}


def outcomes(message: dict[str, Any]):
    return outcome_of(resource_in(encoded(message)), DoorTerms())


def person(**changes: Any) -> dict[str, Any]:
    """A Patient with a member number of their own; what is set to `...` is left out."""
    whole = {**patient_of("M-1"), **TOLD, **changes}
    return {name: value for name, value in whole.items() if value is not ...}


def test_a_patient_by_itself_is_a_member_s_record():
    (outcome,) = outcomes(person()).resources

    event = json.loads(outcome.event)
    assert ("member.recorded.v1", "2025-06-03T08:00:00Z") == (event["type"], event["time"])
    assert {"member_id": "M-1", "birth_date": "1960-02-29", "sex": "female"} == event["data"]


@pytest.mark.parametrize("gender", ["female", "male", "other", "unknown"])
def test_the_words_for_sex_are_those_of_fhir(gender):
    (outcome,) = outcomes(person(gender=gender)).resources

    assert gender == json.loads(outcome.event)["data"]["sex"]


def test_birth_date_and_sex_may_be_missing():
    (outcome,) = outcomes(person(birthDate=..., gender=...)).resources

    assert {"member_id": "M-1", "birth_date": None, "sex": None} == (
        json.loads(outcome.event)["data"]
    )


def test_each_patient_of_a_bundle_of_them_is_one():
    outcome = outcomes(bundle_of(person(id="a"), person(id="b")))

    assert 2 == len(outcome.resources)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(person(identifier=...), id="without a member number"),
        pytest.param(person(active=False), id="of a record out of use"),
        pytest.param(person(link=[{"type": "replaced-by", "other": {}}]), id="that was replaced"),
    ],
)
def test_a_patient_is_not_read(message):
    outcome = outcomes(message)

    assert () == outcome.resources
    assert {"Patient": 1} == outcome.unread


def test_beside_a_coverage_it_says_who_is_meant_and_no_more():
    coverage = {**message_of(event_of(COVERAGE)), **TOLD}

    outcome = outcomes(bundle_of({**coverage_of("M-1", "p"), **coverage}, person()))

    assert ["Coverage"] == [each.kind for each in outcome.resources]
    assert {"Patient": 1} == outcome.unread


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"meta": ...}, "Patient.meta.lastUpdated", id="no time"),
        pytest.param({"birthDate": "2023-02-29"}, "Patient.birthDate", id="no such day"),
        pytest.param({"birthDate": "1960-02"}, "Patient.birthDate", id="a month"),
        pytest.param({"birthDate": "2025-06-05"}, "Patient", id="a birth after it was told"),
        pytest.param({"gender": "F"}, "Patient", id="another word"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_place_and_without_its_value(changes, expected):
    (outcome,) = outcomes(person(**changes)).resources

    assert outcome.event is None
    assert [expected] == sorted({fault.expression for fault in outcome.faults})
    assert not any("1960" in fault.text or "2025" in fault.text for fault in outcome.faults)
