"""What of a Claim of FHIR R4 is refused, with its place and the reason."""

from __future__ import annotations

import pytest

from doors.fhir import systems
from doors.fhir.elements import ITEM_CANCELLED
from tests.support.fhir_claims import changed, faults_of, parts, read
from tests.support.fhir_messages import concept


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


def test_two_items_of_one_number_are_both_named():
    item = parts()["Claim"]["item"][0]

    found = faults_of(("Claim.item", [item, item]))

    assert {"item[0].sequence", "item[1].sequence"} <= {place for place, _ in found}


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


def test_no_sentence_repeats_what_was_sent():
    outcome = read(changed(
        ("Claim.created", "Smithson"), ("Claim.Smithson", "Smithson"),
        ("Claim.item.0.Smithson", 1), ("Claim.status", "Smithson"),
    ))  # fmt: skip

    assert "Smithson" not in str(outcome)
    assert len(outcome.faults) >= 3
