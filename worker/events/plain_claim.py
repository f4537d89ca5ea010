"""The data of a plain claim, as typed structures; see `plain_data`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from rules.facts import Attestation, Claim, ClaimType, Frequency, Line
from worker.events.facts import LINES_MAX
from worker.events.plain_data import PlainData, PlainPart
from worker.events.plain_values import (
    PlainCode,
    PlainIdentifier,
    PlainLineNumber,
    PlainUnits,
    not_blank,
    or_none,
    plain_amount,
    plain_day,
    plain_day_not_after,
    plain_diagnosis,
    plain_measure,
    plain_modifier,
    plain_procedure,
    plain_taxonomy,
    plain_units,
)


class PlainLine(PlainPart, frozen=True):
    """One of the `lines` of a claim."""

    line: PlainLineNumber
    procedure: PlainCode
    date_of_service: date
    modifiers: list[PlainCode] | None = None
    diagnosis_pointers: list[int] | None = None
    units: PlainUnits | None = None
    charge: str | None = None
    rendering_npi: str | None = None
    revenue_code: str | None = None
    ordering_npi: str | None = None
    ordering_specialty: PlainCode | None = None

    def of(self, claim: PlainClaim) -> Line:
        """The line, as it stands in its claim."""
        pointers = tuple(self.diagnosis_pointers or ())
        if pointers and not 1 <= min(pointers) <= max(pointers) <= len(claim.diagnoses):
            raise ValueError("a pointer to no diagnosis")
        return Line(
            self.line,
            plain_procedure(self.procedure),
            tuple(map(plain_modifier, self.modifiers or ())),
            plain_day_not_after(self.date_of_service, claim.received_at),
            pointers,
            plain_units(self.units),
            plain_amount(self.charge),
            or_none(self.rendering_npi),
            or_none(self.revenue_code),
            or_none(self.ordering_npi),
            None if self.ordering_specialty is None else plain_taxonomy(self.ordering_specialty),
        )


class PlainAttestation(PlainPart, frozen=True):
    """One of the `attestations` of a claim."""

    kind: str
    date_of_service: date
    reference: str | None = None
    value: str | None = None
    unit: str | None = None

    def fact(self) -> Attestation:
        """What is attested."""
        not_blank(self.kind)
        return Attestation(
            self.kind,
            plain_day(self.date_of_service),
            or_none(self.reference),
            plain_measure(self.value),
            or_none(self.unit),
        )


class PlainClaim(PlainData, frozen=True):
    """`claim.submitted.v1`."""

    claim_id: PlainIdentifier
    frequency: Frequency
    claim_type: ClaimType
    plan_id: PlainIdentifier
    received_at: date
    diagnoses: list[PlainCode]
    lines: Annotated[list[PlainLine], Meta(min_length=1, max_length=LINES_MAX)]
    replaces: PlainIdentifier | None = None
    place_of_service: str | None = None
    attestations: list[PlainAttestation] | None = None

    def fact(self, time: datetime) -> Claim:
        """The claim."""
        not_blank(self.claim_id, self.plan_id)
        if len({line.line for line in self.lines}) < len(self.lines):
            raise ValueError("a line number twice")
        return Claim(
            self.claim_id,
            self.frequency,
            self._replaced(),
            self.claim_type,
            self.plan_id,
            plain_day(self.received_at),
            tuple(map(plain_diagnosis, self.diagnoses)),
            tuple([line.of(self) for line in self.lines]),
            or_none(self.place_of_service),
            tuple([attestation.fact() for attestation in self.attestations or ()]),
        )

    def _replaced(self) -> str | None:
        if self.frequency == "1":
            return None
        if self.replaces is None or self.replaces == self.claim_id:
            raise ValueError("no other claim is named")
        not_blank(self.replaces)
        return self.replaces
