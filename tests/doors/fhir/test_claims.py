"""What a Claim of FHIR R4 says, and what of it is refused by name."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from doors.fhir import systems
from doors.fhir.elements import ITEM_CANCELLED
from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import DoorTerms
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.fhir_messages import bundle_of, claim_of, concept, coverage_of, patient_of

TERMS = DoorTerms(
    plans={("P-9", "*"): "sample-medicaid", ("P-9", "MB"): "sample-medicare"}, salt=b"pepper"
)
CONDITION = {
    "resourceType": "Condition",
    "id": "d",
    "code": concept(systems.ICD_10_CM, "G40.119"),
    "subject": {"reference": "Patient/p"},
}


def parts() -> dict[str, dict[str, Any]]:
    event = event_of(CLAIM)
    return {
        "Claim": copy.deepcopy(claim_of(event)),
        "Coverage": coverage_of("M-1", "sample-commercial"),
        "Patient": patient_of("M-1"),
        "Condition": copy.deepcopy(CONDITION),
    }


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The message with values at some paths set otherwise; `...` takes one out."""
    given = parts()
    for path, value in changes:
        kind, *steps = path.split(".")
        at: Any = given[kind]
        *way, last = [int(step) if step.isdigit() else step for step in steps]
        for step in way:
            at = at[step]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    return bundle_of(*given.values())


def read(message: dict[str, Any]):
    (outcome,) = outcome_of(resource_in(encoded(message)), TERMS).resources
    return outcome


def data_of(*changes: tuple[str, Any]) -> dict[str, Any]:
    outcome = read(changed(*changes))
    assert () == outcome.faults
    return json.loads(outcome.event)["data"]


def faults_of(*changes: tuple[str, Any]) -> list[tuple[str, str]]:
    outcome = read(changed(*changes))
    assert outcome.event is None
    place = "Bundle.entry[0].resource"
    return [(fault.expression.removeprefix(f"{place}."), fault.text) for fault in outcome.faults]


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        pytest.param([], "claim_id", "C-1001", id="the payer's own number as it is"),
        pytest.param(
            [("Claim.identifier", [{"system": "urn:a", "value": "7"}])], "claim_id", "urn:a|7",
            id="a sender's number with its system",
        ),
        pytest.param(
            [("Claim.identifier", [{"use": "old", "value": "1"},
                                   {"value": "2"}, {"use": "official", "value": "3"}])],
            "claim_id", "|3", id="the official number, and none out of use",
        ),
        pytest.param(
            [("Claim.identifier", ...)], "claim_id", "https://gateway.test/fhir/Claim/claim",
            id="without a number the address in the Bundle",
        ),
        pytest.param([("Claim.created", "2025-06-18"), ("Claim.supportingInfo", ...)],
                     "received_at", "2025-06-18", id="received when it was made"),
        pytest.param([], "received_at", "2025-06-20", id="received when it says so"),
        pytest.param([("Coverage.payor", [{"identifier": {"value": "P-9"}}])], "plan_id",
                     "sample-medicaid", id="a payer's number of the table"),
        pytest.param([("Coverage.class.0.value", "gold")], "plan_id", "gold",
                     id="the coverage's own class"),
        pytest.param([("Coverage.class", ...),
                      ("Coverage.payor", [{"identifier": {"value": "P-0"}}])],
                     "plan_id", "unmapped-payer", id="a payer's number of no table"),
        pytest.param([("Coverage.payor", [{"identifier": {"value": "P-9"}}]),
                      ("Coverage.type", concept("https://codesystem.x12.org/005010/1032", "MB"))],
                     "plan_id", "sample-medicare", id="a payer's number by its kind of filing"),
        pytest.param([("Claim.status", "cancelled")], "frequency", "8", id="cancelled is a void"),
        pytest.param([("Claim.status", "cancelled")], "replaces", "C-1001", id="of its own self"),
        pytest.param([("Claim.status", "cancelled")], "claim_id", "C-1001/cancelled",
                     id="under an id beside it"),
        pytest.param([("Claim.diagnosis.0.type", [concept("urn:x", "admitting")]),
                      ("Claim.item.0.diagnosisSequence", [2])],
                     "diagnoses", ["I67.89"], id="a diagnosis on admission is none of the line"),
        pytest.param([("Claim.diagnosis.0.type", [concept("urn:x", "admitting")])],
                     "diagnoses", ["C71.1", "I67.89"], id="unless the line points at it"),
        pytest.param([("Coverage.class", [{"type": concept("urn:c", "group"), "value": "g"},
                                          {"type": concept("urn:c", "plan"), "value": " gold "}])],
                     "plan_id", "gold", id="the plan among the coverage's classes"),
        pytest.param([("Claim.related", [{"relationship": concept("urn:r", "replacedby")}])],
                     "frequency", "1", id="a claim that another replaces"),
        pytest.param([("Claim.type", concept(systems.CLAIM_TYPE, "institutional"))],
                     "claim_type", "institutional", id="an institutional claim"),
        pytest.param([("Claim.diagnosis.0", {"sequence": 1,
                                             "diagnosisReference": {"reference": "Condition/d"}})],
                     "diagnoses", ["G40.119", "I67.89"], id="a diagnosis by reference"),
        pytest.param([("Claim.related", [{"relationship": concept("urn:r", "associated"),
                                          "claim": {"identifier": {"value": "4"}}}])],
                     "frequency", "1", id="a claim that only goes with it is not replaced"),
    ],
)  # fmt: skip
def test_a_claim_says(changes, field, expected):
    assert expected == data_of(*changes)[field]


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        pytest.param([("Claim.item.0.servicedDate", ...),
                      ("Claim.item.0.servicedPeriod",
                       {"start": "2025-06-14", "end": "2025-06-16"})],
                     "date_of_service", "2025-06-14", id="a span by the day on which it begins"),
        pytest.param([("Claim.item.0.servicedDate", ...),
                      ("Claim.billablePeriod", {"start": "2025-06-15T23:30:00-05:00",
                                                "end": "2025-06-15T23:50:00-05:00"})],
                     "date_of_service", "2025-06-15", id="the claim's period, as it is written"),
        pytest.param([("Claim.item.0.quantity", ...)], "units", 1, id="one unit unless it says"),
        pytest.param([("Claim.item.0.quantity", {"value": 99.99})], "units", 99.99,
                     id="parts of units"),
        pytest.param([("Claim.item.0.net", ...),
                      ("Claim.item.0.unitPrice", {"value": 0.01}),
                      ("Claim.item.0.quantity", {"value": 3})], "charge", "0.03",
                     id="a price for all units"),
        pytest.param([("Claim.item.0.productOrService",
                       {"coding": [{"system": systems.SNOMED, "code": "1"},
                                   {"system": "urn:oid:2.16.840.1.113883.6.12",
                                    "code": "76390"}]})],
                     "procedure", "76390", id="the code of CPT among others"),
        pytest.param([("Claim.item.0.productOrService",
                       concept("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
                               "a9579"))],
                     "procedure", "A9579", id="an older address of HCPCS"),
        pytest.param([("Claim.item.0.careTeamSequence", ...), ("Claim.careTeam", ...),
                      ("Claim.provider", {"identifier": {"system": systems.NPI, "value": "5"}})],
                     "rendering_npi", "5", id="who bills, where nobody else is named"),
        pytest.param([("Claim.item.0.modifierExtension",
                       [{"url": ITEM_CANCELLED, "valueBoolean": False}])],
                     "line", 1, id="a modifier extension that says nothing"),
        pytest.param([("Claim.item.0._servicedDate", {"extension": []})],
                     "date_of_service", "2025-06-16", id="an extension of a primitive"),
    ],
)  # fmt: skip
def test_a_line_says(changes, field, expected):
    assert expected == data_of(*changes)["lines"][0][field]


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        pytest.param([("Claim.use", "preauthorization")], "use", "preview",
                     id="a preauthorization"),
        pytest.param([("Claim.use", "predetermination")], "use", "predetermination",
                     id="a predetermination"),
        pytest.param([("Claim.use", "complete")], "use", "It must be", id="a use of STU3"),
        pytest.param([("Claim.status", "draft")], "status", "active or cancelled", id="a draft"),
        pytest.param([("Claim.type", concept(systems.CLAIM_TYPE, "oral"))], "type",
                     "professional or institutional", id="a dentist's claim"),
        pytest.param([("Claim.created", "2025")], "created", "whole date", id="a year alone"),
        pytest.param([("Claim.created", "2025-06-31"), ("Claim.supportingInfo", ...)],
                     "created", "no such day",
                     id="a day that June does not have"),
        pytest.param([("Claim.item.0.servicedDate", "2025-06")], "item[0].servicedDate",
                     "whole date", id="a month alone"),
        pytest.param([("Claim.item.0.servicedDate", ...)], "item[0]", "billablePeriod",
                     id="no date at all"),
        pytest.param([("Claim.item.0.servicedDate", ...),
                      ("Claim.billablePeriod", {"start": "2025-06-14"})], "billablePeriod",
                     "start and end", id="a period without an end"),
        pytest.param([("Claim.item.0.servicedDate", ...),
                      ("Claim.billablePeriod", {"start": "2025-06-14", "end": "2025-06-13"})],
                     "billablePeriod", "ends before", id="a period that ends before it begins"),
        pytest.param([("Claim.item.0.productOrService", concept(systems.SNOMED, "1"))],
                     "item[0].productOrService", "SNOMED CT", id="a procedure of SNOMED"),
        pytest.param([("Claim.item.0.productOrService",
                       concept("http://hl7.org/fhir/sid/cvx", "140"))],
                     "item[0].productOrService", "CVX", id="a vaccine of CVX"),
        pytest.param([("Claim.item.0.productOrService", {"coding": [{"code": "76390"}]})],
                     "item[0].productOrService", "without a system", id="a code without a system"),
        pytest.param([("Claim.item.0.productOrService", {"text": "MRS"})],
                     "item[0].productOrService", "has none", id="words without a code"),
        pytest.param([("Claim.item.0.productOrService", concept(systems.CPT, "G0154"))],
                     "item[0].productOrService", "form of CPT",
                     id="HCPCS under the address of CPT"),
        pytest.param([("Claim.item.0.productOrService",
                       {"coding": [{"system": systems.CPT, "code": "76390"},
                                   {"system": systems.CPT, "code": "70553"}]})],
                     "item[0].productOrService", "several", id="two procedures on a line"),
        pytest.param([("Claim.item.0.modifier", [concept("urn:m", "26")])],
                     "item[0].modifier[0]", "not known here", id="a modifier of another system"),
        pytest.param([("Claim.item.0.detail", [{"sequence": 1}])], "item[0].detail",
                     "as an item", id="services inside of a line"),
        pytest.param([("Claim.item.0.net", {"value": 1, "currency": "EUR"})],
                     "item[0].net.currency", "USD", id="another currency"),
        pytest.param([("Claim.item.0.net", {"value": "850"})], "item[0].net.value",
                     "JSON number", id="money as text"),
        pytest.param([("Claim.item.0.quantity", {"value": 1, "comparator": "<"})],
                     "item[0].quantity.comparator", "exact", id="fewer than so many"),
        pytest.param([("Claim.item.0.diagnosisSequence", [7])], "item[0].diagnosisSequence[0]",
                     "No diagnosis", id="a pointer to nothing"),
        pytest.param([("Claim.item.0.careTeamSequence", [7])], "item[0].careTeamSequence[0]",
                     "No careTeam", id="a provider who is not there"),
        pytest.param([("Claim.diagnosis.1.sequence", 1), ("Claim.item.0.diagnosisSequence", [1])],
                     "diagnosis[0].sequence", "Two diagnoses", id="a sequence twice"),
        pytest.param([("Claim.diagnosis.0.diagnosisCodeableConcept",
                       concept("http://hl7.org/fhir/sid/icd-9-cm", "345.90"))],
                     "diagnosis[0].diagnosisCodeableConcept", "ICD-9-CM", id="ICD-9"),
        pytest.param([("Claim.diagnosis.0.diagnosisCodeableConcept",
                       concept("http://hl7.org/fhir/sid/icd-10", "G40.1"))],
                     "diagnosis[0].diagnosisCodeableConcept", "ICD-10 (WHO)", id="ICD-10 of WHO"),
        pytest.param([("Claim.diagnosis.0.diagnosisReference", {"reference": "Condition/d"})],
                     "diagnosis[0]", "code and a reference", id="a diagnosis said twice"),
        pytest.param([("Claim.diagnosis.0", {"sequence": 1,
                       "diagnosisReference": {"reference": "Condition/x"}})],
                     "diagnosis[0].diagnosisReference", "no such Condition",
                     id="a Condition that is not there"),
        pytest.param([("Claim.diagnosis.0", {"sequence": 1,
                       "diagnosisReference": {"reference": "Condition/d"}}),
                      ("Condition.verificationStatus", concept("urn:v", "refuted"))],
                     "diagnosis[0].diagnosisReference", "refuted", id="a refuted Condition"),
        pytest.param([("Claim.diagnosis.0", {"sequence": 1,
                       "diagnosisReference": {"reference": "Condition/d"}}),
                      ("Condition.subject", {"reference": "Patient/q"})],
                     "diagnosis[0].diagnosisReference", "another person",
                     id="another person's Condition"),
        pytest.param([("Claim.diagnosis.0", {"sequence": 1,
                       "diagnosisReference": {"reference": "Condition/d"}}),
                      ("Condition.code", concept(systems.SNOMED, "1"))],
                     "diagnosis[0].diagnosisReference.resolve().code", "SNOMED CT",
                     id="a Condition of SNOMED"),
        pytest.param([("Claim.insurance.0.coverage", {"display": "private"})],
                     "insurance[0].coverage", "no such Coverage", id="a coverage by name alone"),
        pytest.param([("Claim.insurance.0.focal", False)], "insurance", "focal",
                     id="no insurance that is meant"),
        pytest.param([("Coverage.status", "draft")], "insurance[0].coverage", "active Coverage",
                     id="a draft of a coverage"),
        pytest.param([("Coverage.payor", [])], "Bundle.entry[1].resource.payor",
                     "At least one", id="a coverage with a fault of its own"),
        pytest.param([("Condition.code", 5),
                      ("Claim.diagnosis.0", {"sequence": 1,
                       "diagnosisReference": {"reference": "Condition/d"}})],
                     "Bundle.entry[3].resource.code", "An object is needed",
                     id="a Condition with a fault of its own"),
        pytest.param([("Claim.item.0.servicedDate", "2025-02-30")], "item[0].servicedDate",
                     "no such day", id="a day of service that there is not"),
        pytest.param([("Claim.provider", {"reference": "Organization/o", "type": 1, "x": 1})],
                     "provider", "R4 does not have", id="a reference with more to it"),
        pytest.param([("Coverage.class", ...)],
                     "Bundle.entry[1].resource.payor",
                     "names the plan", id="no plan"),
        pytest.param([("Claim.related", [{"relationship": concept("urn:r", "prior"),
                                          "claim": {"reference": "Claim/x"}}])],
                     "related[0].claim", "Neither an identifier", id="a prior claim unknown"),
        pytest.param([("Claim.related", 2 * [{"relationship": concept("urn:r", "prior"),
                                              "claim": {"identifier": {"value": "4"}}}])],
                     "related", "not several", id="two prior claims"),
        pytest.param([("Claim.implicitRules", "urn:rules")], "implicitRules", "other rules",
                     id="implicit rules"),
        pytest.param([("Claim.modifierExtension", [{"url": "urn:x"}])], "modifierExtension",
                     "modifier extension", id="a modifier extension"),
        pytest.param([("Claim.item.0.modifierExtension",
                       [{"url": "urn:x", "valueBoolean": False}])], "item[0].modifierExtension",
                     "modifier extension", id="a modifier extension that says no to something"),
        pytest.param([("Claim.item.0.modifierExtension",
                       [{"url": ITEM_CANCELLED, "valueBoolean": True}])],
                     "item[0].modifierExtension", "modifier extension", id="a line taken back"),
        pytest.param([("Claim.information", [])], "Bundle.entry[0].resource", "`information`",
                     id="an element of STU3"),
        pytest.param([("Claim.item.0.productOrServiceEnd", {})], "item[0]",
                     "`productOrServiceEnd` is of another release", id="an element of R5"),
        pytest.param([("Claim.item.0.servicdDate", "Smith")], "item[0]",
                     "Did you mean servicedDate", id="an element that there is not"),
        pytest.param([("Claim.item", [])], "item", "At least one", id="no item"),
        pytest.param([("Claim.item.0.sequence", ...)], "item[0].sequence", "needed",
                     id="an item without a number"),
        pytest.param([("Claim.item.0.sequence", 1000)], "Bundle.entry[0].resource",
                     "lines[0].line of its event", id="a line above 999"),
        pytest.param([("Claim.supportingInfo.0.timingDate", "2025-06-01")],
                     "Bundle.entry[0].resource", "date_of_service of its event",
                     id="done after it was received"),
    ],
)  # fmt: skip
def test_a_claim_is_refused_with_the_place_and_the_reason(changes, place, words):
    found = faults_of(*changes)

    assert any(where == place and words in text for where, text in found), found


def test_a_document_that_comes_is_noted_and_is_no_attestation():
    data = data_of(
        ("Claim.supportingInfo", [
            {"sequence": 2, "category": concept("urn:x", "info"), "valueString": "see below"},
            {"sequence": 3, "category": concept("urn:x", "attachment"),
             "code": concept("http://loinc.org", "18748-4"), "valueReference": {"reference": "x"}},
            {"sequence": 4, "category": concept("urn:x", "attachment"), "valueAttachment": {}},
        ]),
        ("Claim.insurance.0.preAuthRef", ["A-5", "A-6"]),
    )  # fmt: skip

    assert data["attachments"] == [
        {"report_type": "18748-4", "control_number": "3"},
        {"report_type": "attachment", "control_number": "4"},
    ]
    assert ("A-5", False) == (data["authorization_number"], "attestations" in data)


def test_two_items_of_one_number_are_both_named():
    item = parts()["Claim"]["item"][0]

    found = faults_of(("Claim.item", [item, item]))

    assert {"item[0].sequence", "item[1].sequence"} <= {place for place, _ in found}


def test_the_plan_is_that_of_the_organization_which_pays():
    payer = {"resourceType": "Organization", "id": "o", "identifier": [{}, {"value": "P-9"}]}
    message = changed(("Coverage.payor", [{"reference": "Organization/o"}]))
    message["entry"].append({"resource": payer})

    assert "sample-medicaid" == json.loads(read(message).event)["data"]["plan_id"]


def test_every_fault_of_a_claim_is_named_at_once():
    found = faults_of(
        ("Claim.item.0.productOrService", concept(systems.SNOMED, "1")),
        ("Claim.item.0.diagnosisSequence", [9]),
        ("Claim.diagnosis.1.diagnosisCodeableConcept", concept("http://loinc.org", "1")),
        ("Claim.insurance.0.focal", False),
    )

    assert {
        "insurance", "diagnosis[1].diagnosisCodeableConcept", "item[0].productOrService",
        "item[0].diagnosisSequence[0]",
    } == {place for place, _ in found}  # fmt: skip


def test_a_line_with_a_revenue_code_alone_has_no_procedure():
    data = data_of(
        ("Claim.item.0.productOrService", concept(systems.DATA_ABSENT, "not-applicable")),
        ("Claim.item.0.revenue", concept(systems.REVENUE, "0610")),
    )

    assert "procedure" not in data["lines"][0]
    assert "0610" == data["lines"][0]["revenue_code"]


def test_a_replacement_names_the_claim_by_number_or_in_the_message():
    prior = concept("urn:r", "prior")
    number = {"identifier": {"system": "urn:a", "value": "4"}}
    earlier = {**parts()["Claim"], "id": "earlier", "identifier": [{"value": "4"}]}
    message = changed(
        ("Claim.related", [{"relationship": prior, "claim": {"reference": "Claim/earlier"}}])
    )
    message["entry"].append({"fullUrl": "https://gateway.test/fhir/Claim/earlier",
                             "resource": earlier})  # fmt: skip

    first, _ = outcome_of(resource_in(encoded(message)), TERMS).resources

    by_number = data_of(("Claim.related", [{"relationship": prior, "claim": number}]))
    assert ("7", "urn:a|4") == (by_number["frequency"], by_number["replaces"])
    assert "|4" == json.loads(first.event)["data"]["replaces"]


def test_a_practitioner_in_a_role_is_known_by_the_npi_of_the_person():
    message = changed(
        ("Claim.careTeam", [
            {"sequence": 1, "provider": {"reference": "Practitioner/other"},
             "role": concept("urn:r", "referring")},
            {"sequence": 2, "provider": {"reference": "PractitionerRole/role"}},
        ]),
        ("Claim.item.0.careTeamSequence", [1, 2]),
    )  # fmt: skip
    npi = {"system": systems.NPI, "value": "1234567893"}
    for kind, values in [
        ("PractitionerRole", {"id": "role", "practitioner": {"reference": "Practitioner/who"}}),
        ("Practitioner", {"id": "who", "identifier": [npi]}),
        ("Practitioner", {"id": "other", "identifier": [{**npi, "value": "9"}]}),
    ]:
        message["entry"].append({"resource": {"resourceType": kind, **values}})

    (outcome,) = outcome_of(resource_in(encoded(message)), TERMS).resources

    assert "1234567893" == json.loads(outcome.event)["data"]["lines"][0]["rendering_npi"]


def test_no_sentence_repeats_what_was_sent():
    outcome = read(changed(
        ("Claim.created", "Smithson"), ("Claim.Smithson", "Smithson"),
        ("Claim.item.0.Smithson", 1), ("Claim.status", "Smithson"),
    ))  # fmt: skip

    assert "Smithson" not in str(outcome)
    assert len(outcome.faults) >= 3
