"""The code and identifier systems that this door knows by their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CPT: Final = "http://www.ama-assn.org/go/cpt"
HCPCS: Final = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED: Final = "http://snomed.info/sct"
REVENUE: Final = "https://www.nubc.org/CodeSystem/RevenueCodes"
PLACE: Final = (
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)
NPI: Final = "http://hl7.org/fhir/sid/us-npi"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
CARIN_IDENTIFIER_TYPE: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType"
DATA_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CARC: Final = "https://x12.org/codes/claim-adjustment-reason-codes"
RARC: Final = "https://x12.org/codes/remittance-advice-remark-codes"
GROUP: Final = "https://x12.org/codes/claim-adjustment-group-codes"
ADJUDICATION: Final = "http://terminology.hl7.org/CodeSystem/adjudication"
CLAIM_TYPE: Final = "http://terminology.hl7.org/CodeSystem/claim-type"

PROCEDURE_SYSTEMS: Final[Mapping[str, str]] = {
    CPT: "CPT",
    HCPCS: "HCPCS",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
    "http://terminology.hl7.org/CodeSystem/HCPCS": "HCPCS",
    "http://terminology.hl7.org/CodeSystem/hcpcs-Level-II": "HCPCS",
    "urn:oid:2.16.840.1.113883.6.12": "CPT",
    "urn:oid:2.16.840.1.113883.6.285": "HCPCS",
    "urn:oid:2.16.840.1.113883.6.14": "HCPCS",
}
"""What procedures and modifiers are read from, with older forms of the addresses."""

DIAGNOSIS_SYSTEMS: Final = frozenset(
    {ICD_10_CM, "urn:oid:2.16.840.1.113883.6.90", "http://terminology.hl7.org/CodeSystem/icd10CM"}
)

TAXONOMY_SYSTEMS: Final = frozenset(
    {"http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101"}
)
"""What a provider's specialty is read from."""

PLACE_SYSTEMS: Final = frozenset({PLACE, "http://terminology.hl7.org/CodeSystem/ex-serviceplace"})

KNOWN_BY_NAME: Final[Mapping[str, str]] = {
    SNOMED: "SNOMED CT",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://www.ada.org/cdt": "CDT",
    "http://www.ada.org/snodent": "SNODENT",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://terminology.hl7.org/CodeSystem/icd9cm": "ICD-9-CM",
    "urn:oid:2.16.840.1.113883.6.103": "ICD-9-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10 (WHO)",
    "http://www.cms.gov/Medicare/Coding/ICD10": "ICD-10-PCS",
    "http://hl7.org/fhir/sid/icd-11": "ICD-11",
    "https://codesystem.x12.org/005010/1365": "X12 service types",
    ICD_10_CM: "ICD-10-CM",
    CPT: "CPT",
    HCPCS: "HCPCS",
    REVENUE: "NUBC revenue codes",
}
"""What is refused is named, where it is known."""


def named(system: str | None) -> str:
    """The name of a system, for a sentence; never its address, which a sender may have made up."""
    if system is None:
        return "a code without a system"
    known = KNOWN_BY_NAME.get(system) or PROCEDURE_SYSTEMS.get(system)
    return known or "a system that is not known here"
