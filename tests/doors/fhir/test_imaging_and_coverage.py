"""Reports on imaging and enrolments: what they become, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from doors.fhir import systems
from doors.fhir.conclusions import conclusion_codes
from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import DoorTerms
from tests.support.event_builders import COVERAGE, REPORT, encoded, event_of
from tests.support.fhir_messages import bundle_of, concept, coverage_of, message_of, patient_of

STUDY = {
    "resourceType": "ImagingStudy",
    "id": "s",
    "meta": {"lastUpdated": "2025-06-03T08:00:00Z"},
    "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
    "status": "available",
    "subject": {"reference": "Patient/p"},
    "started": "2025-06-02T23:10:00-04:00",
    "procedureCode": [concept(systems.CPT, "70553")],
    "reasonCode": [concept(systems.ICD_10_CM, "C71.1"), concept(systems.SNOMED, "1")],
}


def report(**changes: Any) -> dict[str, Any]:
    event = event_of(REPORT)
    event["data"]["modifiers"] = []
    message = message_of(event)
    message["entry"][0]["resource"].update(changes)
    return message


def enrolment(**changes: Any) -> dict[str, Any]:
    return {**message_of(event_of(COVERAGE)), **changes}


def outcomes(message: dict[str, Any]):
    sent = json.loads(json.dumps(message), object_hook=_given)
    return outcome_of(resource_in(encoded(sent)), DoorTerms())


def data_of(message: dict[str, Any]) -> dict[str, Any]:
    (outcome,) = outcomes(message).resources
    assert () == outcome.faults
    return json.loads(outcome.event)["data"]


def faults_of(message: dict[str, Any]) -> list[str]:
    (outcome,) = outcomes(message).resources
    assert outcome.event is None
    return [f"{fault.expression}: {fault.text}" for fault in outcome.faults]


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("codes", "status", "expected"),
    [
        pytest.param(["419984006"], "final", "limited", id="inconclusive is limited"),
        pytest.param(["42425007"], "amended", "limited", id="equivocal is limited"),
        pytest.param(["410605003"], "corrected", "conclusive", id="confirmed is conclusive"),
        pytest.param(["419984006"], "preliminary", "unknown", id="not before it is final"),
        pytest.param(["419984006", "410605003"], "final", "unknown", id="not if it contradicts"),
        pytest.param(["10828004"], "final", "unknown", id="any other code is unknown"),
        pytest.param([], "final", "unknown", id="no code is unknown"),
    ],
)
def test_a_report_says_whether_the_imaging_was_limited(codes, status, expected):
    concluded = [concept(systems.SNOMED, code) for code in codes]
    data = data_of(report(status=status, conclusionCode=concluded))

    assert ("performed", expected) == (data["status"], data["result"])


def test_the_set_of_conclusions_has_a_source_for_each_row_and_no_row_says_unknown():
    assert {"limited", "conclusive"} == set(conclusion_codes().values())


def test_a_study_is_performed_with_an_unknown_result():
    data = data_of(bundle_of(STUDY, patient_of("M-1")))

    assert data == {
        "study_id": "urn:dicom:uid|urn:oid:1.2.3",
        "member_id": "M-1",
        "procedure": "70553",
        "modifiers": [],
        "date_of_service": "2025-06-02",
        "status": "performed",
        "result": "unknown",
        "diagnoses": ["C71.1"],
    }


def test_of_a_study_and_its_report_the_report_alone_speaks_under_the_study_s_id():
    message = report(imagingStudy=[{"reference": "ImagingStudy/s"}])
    message["entry"].append({"resource": STUDY})

    outcome = outcomes(message)

    (read,) = outcome.resources
    assert "urn:dicom:uid|urn:oid:1.2.3" == json.loads(read.event)["data"]["study_id"]
    assert 1 == outcome.unread["ImagingStudy"]


def test_a_laboratory_s_report_is_none_of_ours_and_a_radiologist_s_is():
    lab = concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")
    loinc = concept("http://loinc.org", "58410-2")

    outcome = outcomes(report(category=[lab], code=loinc))
    radiology = {"coding": [{"code": "RAD"}]}
    found = faults_of(report(category=[radiology], code=loinc))

    assert () == outcome.resources
    assert ["LOINC" in fault for fault in found] == [True]


def test_whose_report_it_is_says_the_coverage_of_that_person():
    message = report()
    message["entry"] += [{"resource": coverage_of("FAMILY", "sample-commercial")}]

    assert "FAMILY" == json.loads(outcomes(message).resources[1].event or b"{}").get(
        "data", {}
    ).get("member_id", "FAMILY")
    assert "FAMILY" == json.loads(outcomes(message).resources[0].event)["data"]["member_id"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param(report(status="registered"), "Nothing was examined", id="only registered"),
        pytest.param(report(effectiveDateTime=None), "effectiveDateTime: It is needed",
                     id="no day"),
        pytest.param(report(effectiveDateTime="2025-02-30"), "no such day", id="no such day"),
        pytest.param(report(effectiveDateTime=None,
                            effectivePeriod={"start": "2025-06-02"}), "start and end",
                     id="a period without an end"),
        pytest.param(report(subject=None), "subject: It is needed", id="nobody's report"),
        pytest.param(report(subject={"reference": "Patient/x"}), "A Coverage of this person",
                     id="a person who is not there"),
        pytest.param(report(issued=None), "when it was known", id="no time"),
        pytest.param(report(conclusionCode="x"), "A list is needed", id="no list"),
        pytest.param(bundle_of({**STUDY, "procedureCode": []}, patient_of("M-1")), "has none",
                     id="a study without a procedure"),
        pytest.param(bundle_of({**STUDY, "procedureCode": 2 * STUDY["procedureCode"]},
                               patient_of("M-1")), "not several", id="a study of several"),
        pytest.param(bundle_of({**STUDY, "status": 5}, patient_of("M-1")), "Text is needed",
                     id="a study with a number for a status"),
        pytest.param({**STUDY, "identifier": []}, "send an identifier", id="a study of no name"),
        pytest.param(enrolment(status="draft"), "active or cancelled", id="a draft"),
        pytest.param(enrolment(period=None), "first day of the enrolment", id="no first day"),
        pytest.param(enrolment(status="cancelled", period={"start": "2024-01-01"}),
                     "last day of the enrolment", id="cancelled without an end"),
        pytest.param(enrolment(period={"start": "2024-02-30"}), "no such day",
                     id="a first day that there is not"),
        pytest.param(enrolment(meta={}), "when it was known", id="an enrolment without a time"),
        pytest.param(enrolment(payor=[]), "At least one", id="no payor"),
        pytest.param(enrolment(period={"start": "2024-01-01", "end": "2023-01-01"}),
                     "enrolled_through of its event", id="an end before the beginning"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(message, words):
    found = faults_of(message)

    assert any(words in text for text in found), found


def test_an_enrolment_that_ended_says_when():
    data = data_of(enrolment(status="cancelled", period={"start": "2024-01-01",
                                                         "end": "2024-06-30"}))  # fmt: skip

    assert ("2024-01-01", "2024-06-30") == (data["enrolled_from"], data["enrolled_through"])


def test_a_period_of_an_examination_counts_from_its_first_day():
    period = {"start": "2025-06-02T23:00:00Z", "end": "2025-06-03T00:10:00Z"}

    assert (
        "2025-06-02"
        == data_of(report(effectiveDateTime=None, effectivePeriod=period))["date_of_service"]
    )
