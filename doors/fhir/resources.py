"""The resources of FHIR R4 that are read, as far as they bear on a claim."""

# Names of elements are FHIR's own.
# ruff: noqa: N815

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictStr

from doors.fhir.datatypes import (
    CodeableConcept,
    DayText,
    FhirIdentifier,
    HumanName,
    Money,
    Number,
    Period,
    Quantity,
    Reference,
    Sequence,
    TimeText,
    YesNo,
)
from doors.fhir.elements import FhirElement, FhirResource


class ClaimRelated(FhirElement):
    """Another claim, and how this one stands to it."""

    unread = "reference"

    claim: Reference | None = None
    relationship: CodeableConcept | None = None


class ClaimCareTeam(FhirElement):
    """Who took part."""

    sequence: Sequence
    provider: Reference
    responsible: YesNo | None = None
    role: CodeableConcept | None = None
    qualification: CodeableConcept | None = None


class ClaimSupportingInfo(FhirElement):
    """What comes beside the claim: of it the day of receipt is read, and that a document comes."""

    unread = "timingPeriod valueBoolean valueString valueQuantity reason"

    sequence: Sequence
    category: CodeableConcept
    code: CodeableConcept | None = None
    timingDate: DayText | None = None
    valueAttachment: object = None
    valueReference: object = None

    @property
    def is_document(self) -> bool:
        """Whether it is, or points at, something to read."""
        return self.valueAttachment is not None or self.valueReference is not None


class ClaimDiagnosis(FhirElement):
    """A diagnosis: a code, or a Condition that has one."""

    unread = "onAdmission packageCode"

    sequence: Sequence
    diagnosisCodeableConcept: CodeableConcept | None = None
    diagnosisReference: Reference | None = None
    type: tuple[CodeableConcept, ...] = ()


class ClaimInsurance(FhirElement):
    """A coverage to which the claim is sent, or another one."""

    unread = "identifier businessArrangement claimResponse"

    sequence: Sequence
    focal: YesNo
    coverage: Reference
    preAuthRef: tuple[StrictStr, ...] = ()


class ClaimItem(FhirElement):
    """What was done: one line of the claim."""

    unread = (
        "procedureSequence informationSequence category programCode locationAddress "
        "locationReference udi bodySite subSite encounter"
    )

    sequence: Sequence
    careTeamSequence: tuple[Sequence, ...] = ()
    diagnosisSequence: tuple[Sequence, ...] = ()
    revenue: CodeableConcept | None = None
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    servicedDate: DayText | None = None
    servicedPeriod: Period | None = None
    locationCodeableConcept: CodeableConcept | None = None
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Number | None = None
    net: Money | None = None
    detail: tuple[object, ...] = ()


class ClaimResource(FhirResource):
    """A Claim of whatever use."""

    unread = (
        "subType enterer insurer priority fundsReserve prescription originalPrescription payee "
        "referral facility procedure accident total"
    )

    resourceType: Literal["Claim"]
    identifier: tuple[FhirIdentifier, ...] = ()
    status: StrictStr
    type: CodeableConcept
    use: Literal["claim", "preauthorization", "predetermination"]
    patient: Reference
    billablePeriod: Period | None = None
    created: TimeText
    provider: Reference
    related: tuple[ClaimRelated, ...] = ()
    careTeam: tuple[ClaimCareTeam, ...] = ()
    supportingInfo: tuple[ClaimSupportingInfo, ...] = ()
    diagnosis: tuple[ClaimDiagnosis, ...] = ()
    insurance: tuple[ClaimInsurance, ...] = Field(min_length=1)
    item: tuple[ClaimItem, ...] = Field(min_length=1)


class CoverageClass(FhirElement):
    """A group or plan of a coverage."""

    unread = "name"

    type: CodeableConcept
    value: StrictStr


class CoverageResource(FhirResource):
    """A coverage: who is insured, and with whom."""

    unread = "policyHolder order network costToBeneficiary subrogation contract"

    resourceType: Literal["Coverage"]
    identifier: tuple[FhirIdentifier, ...] = ()
    status: StrictStr
    type: CodeableConcept | None = None
    subscriber: Reference | None = None
    subscriberId: StrictStr | None = None
    beneficiary: Reference
    dependent: StrictStr | None = None
    relationship: CodeableConcept | None = None
    period: Period | None = None
    payor: tuple[Reference, ...] = Field(min_length=1)
    class_: tuple[CoverageClass, ...] = Field(default=(), alias="class")


class PatientLink(FhirElement):
    """Another record of the same person."""

    unread = "other"

    type: StrictStr


class PatientResource(FhirResource):
    """A person who was treated."""

    unread = (
        "telecom deceasedBoolean deceasedDateTime address maritalStatus "
        "multipleBirthBoolean multipleBirthInteger photo contact communication "
        "generalPractitioner managingOrganization"
    )

    resourceType: Literal["Patient"]
    active: YesNo | None = None
    identifier: tuple[FhirIdentifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    gender: StrictStr | None = None
    birthDate: DayText | None = None
    link: tuple[PatientLink, ...] = ()


class ConditionResource(FhirResource):
    """A diagnosis that a claim refers to."""

    unread = (
        "identifier clinicalStatus category severity bodySite encounter onsetDateTime onsetAge "
        "onsetPeriod onsetRange onsetString abatementDateTime abatementAge abatementPeriod "
        "abatementRange abatementString recordedDate recorder asserter stage evidence note"
    )

    resourceType: Literal["Condition"]
    verificationStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference


class PractitionerResource(FhirResource):
    """A person who treats."""

    unread = "active name telecom address gender birthDate photo qualification communication"

    resourceType: Literal["Practitioner"]
    identifier: tuple[FhirIdentifier, ...] = ()


class PractitionerRoleResource(FhirResource):
    """A person who treats for an organization."""

    unread = (
        "active period organization code specialty location healthcareService telecom "
        "availableTime notAvailable availabilityExceptions endpoint"
    )

    resourceType: Literal["PractitionerRole"]
    identifier: tuple[FhirIdentifier, ...] = ()
    practitioner: Reference | None = None


class OrganizationResource(FhirResource):
    """A provider or a payer."""

    unread = "active type name alias telecom address partOf contact endpoint"

    resourceType: Literal["Organization"]
    identifier: tuple[FhirIdentifier, ...] = ()


class DiagnosticReportResource(FhirResource):
    """A report, of which those on imaging are read."""

    unread = (
        "basedOn encounter performer resultsInterpreter specimen result "
        "media conclusion presentedForm"
    )

    resourceType: Literal["DiagnosticReport"]
    identifier: tuple[FhirIdentifier, ...] = ()
    status: StrictStr
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference | None = None
    effectiveDateTime: TimeText | None = None
    effectivePeriod: Period | None = None
    issued: TimeText | None = None
    imagingStudy: tuple[Reference, ...] = ()
    conclusionCode: tuple[CodeableConcept, ...] = ()


class ImagingStudyResource(FhirResource):
    """An examination that made pictures; what it showed is in a report."""

    unread = (
        "modality encounter basedOn referrer interpreter endpoint numberOfSeries "
        "numberOfInstances procedureReference location reasonReference note "
        "description series"
    )

    resourceType: Literal["ImagingStudy"]
    identifier: tuple[FhirIdentifier, ...] = ()
    status: StrictStr
    subject: Reference
    started: TimeText | None = None
    procedureCode: tuple[CodeableConcept, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
