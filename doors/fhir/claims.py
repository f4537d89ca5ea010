"""
A Claim of use `claim` as the event `claim.submitted.v1`.

The claim's id is the payer's own number where an identifier says that it is one, else the sender's
number with its system. An active Claim that names a prior one replaces it (frequency 7). A
cancelled Claim voids the prior one that it names, else its own earlier self (frequency 8).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from doors.fhir import systems
from doors.fhir.bundles import PlacedResource
from doors.fhir.codings import has_code
from doors.fhir.days import day_in
from doors.fhir.diagnoses import diagnoses_of
from doors.fhir.lines import lines_of, place_of_service
from doors.fhir.members import member_of
from doors.fhir.numbers import number_in
from doors.fhir.payers import plan_of
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import (
    ClaimInsurance,
    ClaimResource,
    ClaimSupportingInfo,
    CoverageResource,
)

_RECEIVED: Final = ("clmrecvddate",)
_TYPES: Final = {
    "professional": "professional", "institutional": "institutional",
    "inpatient-facility": "institutional", "outpatient-facility": "institutional",
    "professional-nonclinician": "professional",
}  # fmt: skip
_CLAIM_TYPES: Final = {systems.CLAIM_TYPE,
    "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimSubTypeCS"}  # fmt: skip


class ReadClaim(NamedTuple):
    """A claim as the `data` of its event, and what an answer must repeat."""

    data: dict[str, Any]
    claim: ClaimResource


def read_claim(reading: ResourceReading) -> ReadClaim | None:
    """The claim; None where it has a fault that keeps the rest from being read."""
    claim = reading.read(ClaimResource, reading.placed)
    if claim is None:
        return None
    member, plan = _insured(claim, reading)
    diagnoses = diagnoses_of(claim, reading)
    data: dict[str, Any] = {
        **_identity(claim, reading),
        "claim_type": _kind_of(claim, reading),
        "member_id": member,
        "plan_id": plan,
        "received_at": _received(claim, reading),
        "diagnoses": list(diagnoses.codes),
        "lines": lines_of(claim, diagnoses, reading),
    }
    return ReadClaim(data | _beside(claim), claim)


def _beside(claim: ClaimResource) -> dict[str, Any]:
    """
    What else the claim says: where it was, an authorization's number, and that documents come.

    The last two are no fields of the contract, so nothing is decided by them: a document that
    comes is no attestation.
    """
    documents = [
        {"report_type": _type_of(each), "control_number": str(each.sequence)}
        for each in claim.supportingInfo
        if each.is_document
    ]
    numbers = [number for each in claim.insurance if each.focal for number in each.preAuthRef]
    said = {
        "place_of_service": place_of_service(claim),
        "authorization_number": next(iter(numbers), None),
        "attachments": documents or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _type_of(info: ClaimSupportingInfo) -> str | None:
    codings = info.code.coding if info.code else info.category.coding
    return next((each.code for each in codings if each.code), None)


def _insured(claim: ClaimResource, reading: ResourceReading) -> tuple[str, str]:
    """Member and plan, by the coverage to which the claim is sent."""
    index, insurance = _focal(claim, reading)
    if insurance is None:
        return "", ""
    path = f"insurance[{index}].coverage"
    placed = reading.find(insurance.coverage)
    if placed is None or placed.kind != "Coverage":
        reading.refuse(path, "not-found", "The message holds no such Coverage, or several.")
        return "", ""
    coverage = reading.read(CoverageResource, placed)
    if coverage is None:
        return "", ""
    if coverage.status != "active":
        reading.refuse(path, "invariant", "An active Coverage is needed.")
    return (
        member_of(coverage, claim.patient, "patient", reading),
        plan_of(coverage, "payor", reading.at(placed)),
    )


def _focal(claim: ClaimResource, reading: ResourceReading) -> tuple[int, ClaimInsurance | None]:
    found = [(index, each) for index, each in enumerate(claim.insurance) if each.focal]
    if len(found) == 1:
        return found[0]
    reading.refuse("insurance", "invariant", "One insurance with focal = true is needed.")
    return 0, None


def _identity(claim: ClaimResource, reading: ResourceReading) -> dict[str, Any]:
    """Claim id, frequency, and which claim it replaces."""
    own = _claim_id(claim, reading)
    prior = _prior(claim, reading)
    if claim.status == "active":
        return {"claim_id": own, "frequency": "7" if prior else "1", "replaces": prior}
    if claim.status == "cancelled":
        if prior:
            return {"claim_id": own, "frequency": "8", "replaces": prior}
        return {"claim_id": f"{own}/cancelled", "frequency": "8", "replaces": own}
    reading.refuse("status", "not-supported", "A Claim that is active or cancelled is needed.")
    return {"claim_id": own, "frequency": "1", "replaces": None}


def _claim_id(claim: ClaimResource, reading: ResourceReading) -> str:
    found = number_in(claim.identifier) or _made_of_message(reading)
    if not found:
        reading.refuse(
            "identifier", "required", "Nothing names the claim for good: send an identifier."
        )
    return found


def _made_of_message(reading: ResourceReading) -> str:
    """A lasting name that the message gives a Claim without an identifier."""
    url, own = reading.placed.full_url, reading.placed.values.get("id")
    if url and ":" in url:
        return url
    if reading.bundled.identifier and isinstance(own, str):
        return f"{reading.bundled.identifier}/Claim/{own}"
    return ""


def _prior(claim: ClaimResource, reading: ResourceReading) -> str | None:
    """The claim that this one takes the place of; a claim that only goes with it is none."""
    found = [
        (index, each)
        for index, each in enumerate(claim.related)
        if has_code(each.relationship, ("prior",))
    ]
    if len(found) > 1:
        reading.refuse("related", "not-supported", "One prior claim may be named, not several.")
    if not found:
        return None
    index, related = found[0]
    if related.claim and related.claim.identifier:
        named = number_in((related.claim.identifier,))
    else:
        named = _id_of(reading.find(related.claim), reading)
    if not named:
        path = f"related[{index}].claim"
        reading.refuse(path, "not-found", "Neither an identifier nor a Claim in the message.")
    return named


def _id_of(placed: PlacedResource | None, reading: ResourceReading) -> str:
    prior = reading.read(ClaimResource, placed)
    return number_in(prior.identifier) if prior else ""


def _kind_of(claim: ClaimResource, reading: ResourceReading) -> str:
    codes = [each.code for each in claim.type.coding if each.system in _CLAIM_TYPES]
    found = {_TYPES[code] for code in codes if code in _TYPES}
    if len(found) == 1:
        return found.pop()
    reading.refuse("type", "not-supported", "A professional or institutional Claim is needed.")
    return ""


def _received(claim: ClaimResource, reading: ResourceReading) -> str:
    """The day on which the claim came in, where it says so, else on which it was made."""
    for index, each in enumerate(claim.supportingInfo):
        if has_code(each.category, _RECEIVED) and each.timingDate:
            day, path = each.timingDate, f"supportingInfo[{index}].timingDate"
            break
    else:
        day, path = claim.created, "created"
    found = day_in(day)
    if found is None:
        reading.refuse(path, "value", "There is no such day.")
    return found or ""
