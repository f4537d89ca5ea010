"""Events as FHIR messages: the inverse of what the door reads, for what FHIR can say at all."""

from __future__ import annotations

import json
from typing import Any

from doors.fhir import systems
from tests.support.sources import ROOT

DAY = ROOT / "worker" / "samples" / "day.jsonl"
ROLE = "http://terminology.hl7.org/CodeSystem/claimcareteamrole"
SAID = {"limited": "419984006", "conclusive": "410605003"}


def own_number(value: str) -> dict[str, Any]:
    """A number that the payer gave."""
    return {
        "type": {"coding": [{"system": systems.IDENTIFIER_TYPE, "code": "FILL"}]},
        "value": value,
    }


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def system_of(procedure: str) -> str:
    return systems.HCPCS if procedure[0].isalpha() else systems.CPT


def bundle_of(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {"fullUrl": f"https://gateway.test/fhir/{each['resourceType']}/{each['id']}",
         "resource": each}
        for each in resources
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def patient_of(member_id: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": "Sample", "given": ["Person"]}],
        "gender": "female",
        "birthDate": "1960-02-29",
        "identifier": [{"type": concept(systems.IDENTIFIER_TYPE, "MB"), "value": member_id}],
    }


def coverage_of(member_id: str, plan_id: str) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": "c",
        "status": "active",
        "subscriberId": member_id,
        "beneficiary": {"reference": "Patient/p"},
        "relationship": {"coding": [{"code": "self"}]},
        "payor": [{"display": "the payer"}],
        "class": [{"type": {"coding": [{"code": "plan"}]}, "value": plan_id}],
    }


def claim_of(event: dict[str, Any]) -> dict[str, Any]:
    """The Claim alone, which refers to `Patient/p` and `Coverage/c`."""
    data = event["data"]
    claim = {
        "resourceType": "Claim",
        "id": "claim",
        "identifier": [own_number(data["claim_id"])],
        "status": "cancelled" if data["frequency"] == "8" else "active",
        "type": concept(systems.CLAIM_TYPE, data["claim_type"]),
        "use": "claim",
        "patient": {"reference": "Patient/p"},
        "created": event["time"],
        "provider": {"display": "who bills"},
        "priority": {"coding": [{"code": "normal"}]},
        "supportingInfo": [
            {"sequence": 1, "category": concept("urn:test", "clmrecvddate"),
             "timingDate": data["received_at"]}
        ],
        "diagnosis": [
            {"sequence": place, "diagnosisCodeableConcept": concept(systems.ICD_10_CM, code)}
            for place, code in enumerate(data["diagnoses"], 1)
            if code and code.strip()
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/c"}}],
        "item": [_item(line, data) for line in data["lines"]],
    }  # fmt: skip
    if data["frequency"] != "1":
        claim["related"] = [
            {"claim": {"identifier": own_number(data["replaces"])},
             "relationship": {"coding": [{"code": "prior"}]}}
        ]  # fmt: skip
    npis = list(dict.fromkeys(_npis(data)))
    claim["careTeam"] = [
        {"sequence": place, "role": concept(ROLE, "rendering"),
         "provider": {"identifier": {"system": systems.NPI, "value": npi}}}
        for place, npi in enumerate(npis, 1)
    ]  # fmt: skip
    for item, line in zip(claim["item"], data["lines"], strict=True):
        if line.get("rendering_npi"):
            item["careTeamSequence"] = [npis.index(line["rendering_npi"]) + 1]
    return {name: value for name, value in claim.items() if value != []}


def message_of(event: dict[str, Any]) -> dict[str, Any] | None:
    """The message that says the same as an event; None where FHIR has no words for it."""
    data = event["data"]
    match event["type"]:
        case "claim.submitted.v1" if not data.get("attestations"):
            member, plan = data["member_id"], data["plan_id"]
            return bundle_of(claim_of(event), coverage_of(member, plan), patient_of(member))
        case "coverage.recorded.v1":
            coverage = coverage_of(data["member_id"], data["plan_id"])
            coverage["period"] = {
                name: data[field]
                for name, field in (("start", "enrolled_from"), ("end", "enrolled_through"))
                if data[field]
            }
            return {**coverage, "meta": {"lastUpdated": event["time"]}}
        case "imaging.reported.v1" if data["status"] == "performed" and not data["modifiers"]:
            return bundle_of(_report(event), patient_of(data["member_id"]))
        case _:
            return None


def day_as_fhir() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sample day: messages of FHIR, and the events that stay as they are."""
    events = [json.loads(line) for line in DAY.read_text().splitlines()]
    messages = [message_of(event) for event in events]
    return (
        [message for message in messages if message is not None],
        [event for event, message in zip(events, messages, strict=True) if message is None],
    )


def _npis(data: dict[str, Any]) -> list[str]:
    return [line["rendering_npi"] for line in data["lines"] if line.get("rendering_npi")]


def _item(line: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    procedure = line.get("procedure")
    item = {
        "sequence": line["line"],
        "productOrService": concept(system_of(procedure), procedure)
        if procedure
        else concept(systems.DATA_ABSENT, "not-applicable"),
        "modifier": [concept(systems.CPT, each) for each in line.get("modifiers") or () if each],
        "servicedDate": line["date_of_service"],
        "diagnosisSequence": line.get("diagnosis_pointers") or [],
        "quantity": {"value": line.get("units", 1)},
    }
    if line.get("charge"):
        item["net"] = {"value": float(line["charge"]), "currency": "USD"}
    if line.get("revenue_code"):
        item["revenue"] = concept(systems.REVENUE, line["revenue_code"])
    if data.get("place_of_service"):
        item["locationCodeableConcept"] = concept(systems.PLACE, data["place_of_service"])
    return {name: value for name, value in item.items() if value != []}


def _report(event: dict[str, Any]) -> dict[str, Any]:
    data = event["data"]
    codes = [concept(systems.ICD_10_CM, code) for code in data["diagnoses"]]
    if data["result"] in SAID:
        codes.append(concept(systems.SNOMED, SAID[data["result"]]))
    return {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "identifier": [own_number(data["study_id"])],
        "status": "final",
        "code": concept(system_of(data["procedure"]), data["procedure"]),
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": data["date_of_service"],
        "issued": event["time"],
        "conclusionCode": codes,
    }
