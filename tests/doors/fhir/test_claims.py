"""What a Claim of FHIR R4 says."""

from __future__ import annotations

import json

import pytest

from doors.fhir import systems
from doors.fhir.elements import ITEM_CANCELLED
from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from tests.support.event_builders import encoded
from tests.support.fhir_claims import TERMS, changed, data_of, parts, read
from tests.support.fhir_messages import concept


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


def test_the_plan_is_that_of_the_organization_which_pays():
    payer = {"resourceType": "Organization", "id": "o", "identifier": [{}, {"value": "P-9"}]}
    message = changed(("Coverage.payor", [{"reference": "Organization/o"}]))
    message["entry"].append({"resource": payer})

    assert "sample-medicaid" == json.loads(read(message).event)["data"]["plan_id"]


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


NUCC = "http://nucc.org/provider-taxonomy"


def _member_of_team(sequence: int, role: str, npi: str, **more: object) -> dict[str, object]:
    who = {"identifier": {"system": systems.NPI, "value": npi}}
    return {"sequence": sequence, "role": concept("urn:r", role), "provider": who, **more}


@pytest.mark.parametrize(
    ("team", "named", "expected"),
    [
        pytest.param([_member_of_team(1, "ordering", "5")], [1], ("5", None), id="by the line"),
        pytest.param([_member_of_team(1, "DK", "5")], [], ("5", None), id="by the claim, as X12"),
        pytest.param([_member_of_team(1, "ordering", "5"), _member_of_team(2, "ordering", "6")],
                     [2], ("6", None), id="the line's before the claim's"),
        pytest.param([_member_of_team(1, "ordering", "5",
                                      qualification=concept(NUCC, "2084N0400X"))],
                     [1], ("5", "2084N0400X"), id="with a specialty"),
        pytest.param([_member_of_team(1, "ordering", "5", qualification=concept(NUCC, "neuro"))],
                     [1], ("5", None), id="a specialty of another form"),
        pytest.param([_member_of_team(1, "ordering", "5",
                                      qualification=concept("urn:q", "2084N0400X"))],
                     [1], ("5", None), id="a specialty of another system"),
        pytest.param([_member_of_team(1, "referring", "5")], [1], (None, None), id="not who sent"),
    ],
)  # fmt: skip
def test_a_line_says_who_ordered_it_where_the_claim_does(team, named, expected):
    data = data_of(
        ("Claim.careTeam", team),
        ("Claim.item.0.careTeamSequence", named or ...),
        ("Claim.provider", {"identifier": {"system": systems.NPI, "value": "9"}}),
    )
    line = data["lines"][0]

    assert expected == (line.get("ordering_npi"), line.get("ordering_specialty"))
    assert "9" == line["rendering_npi"]
