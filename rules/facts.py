"""
What a rule may look at: the facts of one member, as they came, frozen.

Facts are named tuples: cheap to make by the hundred thousand, impossible to change, and stored as
plain arrays. Codes stand in them in their compared form (upper case, trimmed, ICD-10-CM with its
dot), so that no rule normalises anything.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

Frequency = Literal["1", "7", "8"]
ClaimType = Literal["professional", "institutional"]
FinalStatus = Literal["paid", "allowed", "denied"]
StudyStatus = Literal["performed", "allowed", "paid", "denied", "voided", "pending", "other_payer"]
StudyResult = Literal["limited", "conclusive", "unknown"]
AuthorizationStatus = Literal["approved", "denied", "cancelled"]
ReviewDecision = Literal["approved", "denied"]
ReviewLevel = Literal["first", "appeal"]
TreatmentStatus = Literal["performed", "voided"]
TreatmentOutcome = Literal["unknown", "failed", "not_tolerated", "succeeded"]
Sex = Literal["unknown", "female", "male", "other"]


class Line(NamedTuple):
    """One line of a claim: the unit that is decided."""

    number: int
    procedure: str
    """Empty on a line that has a revenue code alone: it is out of scope."""
    modifiers: tuple[str, ...]
    date_of_service: date
    diagnosis_pointers: tuple[int, ...]
    """1-based positions in the claim's diagnoses; empty: all of them."""
    units: Decimal = Decimal(1)
    charge: Decimal | None = None
    rendering_npi: str | None = None
    revenue_code: str | None = None
    ordering_npi: str | None = None
    ordering_specialty: str | None = None
    """A code of the provider taxonomy."""


class Attestation(NamedTuple):
    """What the requester attests on a claim; only `conventional_imaging_limited` has an effect."""

    kind: str
    date_of_service: date
    reference: str | None = None
    value: Decimal | None = None
    """What was measured."""
    unit: str | None = None


class Claim(NamedTuple):
    """What a provider billed."""

    claim_id: str
    frequency: Frequency
    replaces: str | None
    """The claim that a replacement (7) or void (8) names; None on an original (1)."""
    claim_type: ClaimType
    plan_id: str
    received_at: date
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    place_of_service: str | None = None
    attestations: tuple[Attestation, ...] = ()


class Finalization(NamedTuple):
    """What the core claims system did with a line."""

    claim_id: str
    line: int
    status: FinalStatus


class Report(NamedTuple):
    """What is known of an imaging study other than from a claim with us."""

    study_id: str
    procedure: str
    modifiers: tuple[str, ...]
    date_of_service: date
    status: StudyStatus
    result: StudyResult
    diagnoses: tuple[str, ...]


class Coverage(NamedTuple):
    """The member's enrolment with one plan; both ends are included."""

    plan_id: str
    enrolled_from: date
    enrolled_through: date | None
    """None: still enrolled."""


class Authorization(NamedTuple):
    """A prior authorization of one procedure for a span of dates, both ends included."""

    authorization_id: str
    procedure: str
    valid_from: date
    valid_through: date
    status: AuthorizationStatus


class Review(NamedTuple):
    """What a person decided of one line."""

    claim_id: str
    line: int
    decision: ReviewDecision
    reason: str
    reviewer_role: str
    reviewer_id: str | None = None
    credential: str | None = None
    level: ReviewLevel = "first"
    carc: str | None = None
    """The reviewer's own code of a denial; given together with `rarc`."""
    rarc: tuple[str, ...] | None = None
    """None: the reviewer named no codes."""


class Treatment(NamedTuple):
    """What another payer or a registry knows of a treatment."""

    treatment_id: str
    procedure: str
    """Empty on a therapy that is no procedure."""
    date_of_service: date
    status: TreatmentStatus
    diagnoses: tuple[str, ...]
    ended_on: date | None = None
    """None: it goes on, or nobody says when it ended."""
    outcome: TreatmentOutcome = "unknown"
    therapy: str | None = None
    """The code of a therapy, of ATC or RxNorm."""


class Person(NamedTuple):
    """Who the member is, as far as a rule may ask; the latest event holds as a whole."""

    birth_date: date | None = None
    sex: Sex = "unknown"


Fact = Claim | Finalization | Report | Coverage | Authorization | Review | Treatment | Person


class Origin(NamedTuple):
    """Where a fact came from. Compared as a tuple it orders facts: the greatest is the latest."""

    time: datetime
    """The instant that the event says, aware, in UTC."""
    id: str
    source: str
    sequence: int
    """The position of the event among those applied to the member's record, from 1."""
    digest: bytes
    """SHA-256 of the event's bytes as received."""


class Event(NamedTuple):
    """One accepted event about one member, decoded."""

    member_id: str
    id: str
    source: str
    time: datetime
    """Aware, in UTC."""
    fact: Fact
