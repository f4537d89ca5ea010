"""A claim of a file as an event, and as what its acknowledgement says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec

from doors.x12.claim_faults import claim_fault
from doors.x12.diagnoses import ICD9_ENDED, HiDiagnoses, diagnoses_of
from doors.x12.lines import Lines, amount_of, lines_of
from doors.x12.loops import ClaimLoop, element
from doors.x12.members import MADE_ID_PREFIX as DEPENDENT
from doors.x12.members import member_id_of
from doors.x12.reading import ClaimFault, ClaimReading
from rules.loading.payers import Payers

EVENT_BYTES_MAX: Final = 256 * 1024
IDENTIFIER_CHARACTERS_MAX: Final = 256
FAULTS_KEPT: Final = 100
UNMAPPED_PLAN: Final = "unmapped-payer"
"""No plan has this id: the claim's lines are pended, as nobody knows what covers them."""

MADE_ID_PREFIX: Final = "X"
_MADE_ID_DIGITS: Final = 24

_FREQUENCIES: Final = MappingProxyType(
    {"1": "1", "2": "1", "3": "1", "4": "1", "5": "1", "9": "1", "7": "7", "8": "8"}
)
"""CLM05-3 in the contract's words: interim, late and final bills are claims of their own."""

_CHANGES_ANOTHER: Final = ("7", "8")


class SetIdentity(NamedTuple):
    """Which transaction set it is: the same file has the same ones whenever it is read."""

    source: str
    """The event source: the sender as ISA05 and ISA06 name it."""
    controls: tuple[str, str, str]
    """ISA13, GS06 and ST02."""
    time: str
    """When the sender made the group (GS04, GS05; else ISA09, ISA10), as of the contract."""
    received_at: str


class ClaimReader:
    """Reads the claims of one transaction set."""

    def __init__(
        self, identity: SetIdentity, component: str, salt: bytes, plans: PlanFinder
    ) -> None:
        """`component`: what separates the parts of an element."""
        self._identity = identity
        self._component = component
        self._salt = salt
        self._plans = plans
        self.has_made_id = False
        """Whether a member id was made from a name."""
        self._prefix = ".".join(identity.controls)
        self._hashed = sha256("\n".join((identity.source, *identity.controls)).encode())

    def read(self, loop: ClaimLoop) -> tuple[ClaimReading, bytes]:
        """The claim, and its event as JSON, which is empty if the claim has a fault."""
        diagnoses = diagnoses_of(loop.diagnoses, self._component)
        lines = lines_of(loop, diagnoses, self._component, self._identity.received_at)
        member_id = member_id_of(loop, self._salt)
        self.has_made_id |= isinstance(member_id, str) and member_id.startswith(DEPENDENT)
        facility = element(loop.clm, 5).split(self._component)
        frequency, frequency_faults = _frequency_of(loop, facility)
        claim_id = self._claim_id(loop, frequency)
        faults = [
            *([member_id] if isinstance(member_id, ClaimFault) else []),
            *frequency_faults,
            *_faults_of(loop),
            *diagnoses.faults,
            *lines.faults,
        ]
        if diagnoses.are_icd9 and lines.last_day >= ICD9_ENDED:
            faults.append(claim_fault("ICD9_AFTER_ITS_END"))
        event_id = f"{self._prefix}.{loop.position}.{element(loop.clm, 1)}"
        event = b""
        if not faults and isinstance(member_id, str):
            data = self._data(loop, member_id, claim_id, frequency, facility, diagnoses, lines)
            event = self._event(event_id, data)
            faults += _faults_of_event(event, event_id, member_id, claim_id, data["replaces"])
        reading = self._reading(loop, claim_id, event_id, facility, lines, faults)
        return reading, b"" if faults else event

    def _claim_id(self, loop: ClaimLoop, frequency: str) -> str:
        """The payer's number where a first claim has one; else one of the place in the file."""
        given = loop.references.get("F8", "")
        if given and frequency not in _CHANGES_ANOTHER:
            return given
        digest = self._hashed.copy()
        digest.update(f"\n{loop.position}\n{element(loop.clm, 1)}".encode())
        return MADE_ID_PREFIX + digest.hexdigest()[:_MADE_ID_DIGITS].upper()

    def _data(
        self,
        loop: ClaimLoop,
        member_id: str,
        claim_id: str,
        frequency: str,
        facility: Sequence[str],
        diagnoses: HiDiagnoses,
        lines: Lines,
    ) -> dict[str, Any]:
        is_professional = loop.kind == "professional"
        data: dict[str, Any] = {
            "claim_id": claim_id,
            "frequency": frequency,
            "replaces": loop.references.get("F8") if frequency in _CHANGES_ANOTHER else None,
            "claim_type": loop.kind,
            "member_id": member_id,
            "plan_id": self._plans.plan_of(loop),
            "received_at": self._identity.received_at,
            "place_of_service": facility[0].strip() or None if is_professional else None,
            "diagnoses": diagnoses.entries,
            "lines": lines.lines,
        }
        if authorization := loop.references.get("G1"):
            data["authorization_number"] = authorization
        if loop.attachments:
            data["attachments"] = [
                {
                    "report_type": element(pwk, 1),
                    "transmission": element(pwk, 2),
                    "control_number": element(pwk, 6) or None,
                }
                for pwk in loop.attachments
            ]
        return data

    def _event(self, event_id: str, data: Mapping[str, Any]) -> bytes:
        return msgspec.json.encode(
            {
                "specversion": "1.0",
                "id": event_id,
                "source": self._identity.source,
                "type": "claim.submitted.v1",
                "time": self._identity.time,
                "data": data,
            }
        )

    def _reading(
        self,
        loop: ClaimLoop,
        claim_id: str,
        event_id: str,
        facility: Sequence[str],
        lines: Lines,
        faults: Sequence[ClaimFault],
    ) -> ClaimReading:
        patient = loop.subscriber.party
        if loop.patient is not None:
            patient = loop.patient.party._replace(
                qualifier=loop.patient.party.qualifier or patient.qualifier,
                id=loop.patient.party.id or patient.id,
            )
        bill_type = ""
        if loop.kind == "institutional":
            bill_type = facility[0] + (facility[2] if len(facility) > 2 else "")
        return ClaimReading(
            position=loop.position,
            claim_id=claim_id,
            event_id=event_id,
            control_number=element(loop.clm, 1),
            trace_number=loop.references.get("D9", ""),
            bill_type=bill_type,
            charge=element(loop.clm, 2),
            first_day=lines.first_day.replace("-", ""),
            last_day=lines.last_day.replace("-", ""),
            patient=patient,
            billing=loop.billing,
            lines=loop.lines_seen,
            faults=tuple(faults[:FAULTS_KEPT]),
            payer=loop.coverage.payer,
            subscriber=loop.subscriber.party,
            tax_id=loop.tax_id,
            filing_code=loop.coverage.filing,
            facility=facility[0],
            line_control_numbers=tuple(line.control_number for line in loop.lines),
        )


class PlanFinder:
    """Finds the plan of a claim's payer, and remembers what payers no row names."""

    def __init__(self, payers: Payers, otherwise: str | None) -> None:
        """`otherwise`: the plan of every payer that no row names."""
        self._payers = payers
        self._otherwise = otherwise
        self.unmapped: dict[str, int] = {}
        """The claims of each payer that no row names; of one without an id under empty text."""

    def plan_of(self, loop: ClaimLoop) -> str:
        """The plan's id."""
        payer, filing = loop.coverage.payer.id, loop.coverage.filing
        plan = self._payers.plan_of(payer, filing)
        if plan is not None:
            return plan
        if self._otherwise is not None:
            return self._otherwise
        if payer in self.unmapped or len(self.unmapped) < FAULTS_KEPT:
            self.unmapped[payer] = self.unmapped.get(payer, 0) + 1
        return UNMAPPED_PLAN


def _frequency_of(loop: ClaimLoop, facility: Sequence[str]) -> tuple[str, list[ClaimFault]]:
    code = facility[2].strip() if len(facility) > 2 else ""
    if not code:
        return "1", [claim_fault("FREQUENCY_MISSING")]
    frequency = _FREQUENCIES.get(code)
    if frequency is None:
        return "1", [claim_fault("FREQUENCY_UNKNOWN")]
    if frequency in _CHANGES_ANOTHER and not loop.references.get("F8"):
        return frequency, [claim_fault("ORIGINAL_MISSING")]
    return frequency, []


def _faults_of(loop: ClaimLoop) -> list[ClaimFault]:
    """Faults of CLM01 and CLM02."""
    faults = []
    if not element(loop.clm, 1):
        faults.append(claim_fault("CONTROL_NUMBER_MISSING"))
    if amount_of(element(loop.clm, 2)) is None:
        faults.append(claim_fault("CHARGE_INVALID"))
    return faults


def _faults_of_event(event: bytes, *ids: str | None) -> list[ClaimFault]:
    faults = []
    if any(each is not None and len(each) > IDENTIFIER_CHARACTERS_MAX for each in ids):
        faults.append(claim_fault("ID_TOO_LONG"))
    if len(event) > EVENT_BYTES_MAX:
        faults.append(claim_fault("EVENT_TOO_LARGE"))
    return faults
