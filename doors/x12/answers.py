"""
The answers to a determination: a status, a request for documents, adjustments, a remittance.

They follow from the determination, from what is known of its claim, and from what was decided of
the claim's other lines before it. No clock is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from doors.x12 import claim_status_277, remittance_835, request_277
from doors.x12.claim_origin import ClaimOrigin
from doors.x12.claim_status_277 import ClaimStatus, LineStatus, Status
from doors.x12.decided_lines import DecidedLine
from doors.x12.needs import OF_THE_PAYER, loinc_of_needs
from doors.x12.payer import Payer
from doors.x12.reading import NOBODY, Party
from doors.x12.remittance_835 import DeniedLine, why_unbalanced
from doors.x12.segment_writer import (
    Address,
    Envelope,
    OutgoingGroup,
    OutgoingSet,
    control_number,
    interchange,
)
from worker.contract.determination import DeterminedEvent, DeterminedLine

_STATUS_OF: Final[Mapping[str, Status]] = {
    "approved": Status("P1", "3"),
    "denied": Status("F2", "585"),
    "not_applicable": Status("P1", "20"),
}
_ASKED: Final = Status("P3", "123", "85")
_IN_REVIEW: Final = Status("P2", "46")
_TRACE_DIGITS: Final = 28
_NOWHERE: Final = Address("ZZ", claim_status_277.UNKNOWN, claim_status_277.UNKNOWN)


class OutgoingAnswers(NamedTuple):
    """What goes out for one determination."""

    files: Mapping[str, bytes]
    """By the ending of their names."""
    remarks: tuple[str, ...]
    """What could not be said, in sentences without anything of the member's."""


def answers_to(
    event: DeterminedEvent,
    claim: ClaimOrigin | None,
    decided: Mapping[int, DecidedLine],
    payer: Payer | None,
) -> OutgoingAnswers:
    """
    All answers to a determination.

    `claim`: None where no file is known that brought it. `decided`: its claim's lines as they
    stood with it. `payer`: None where no file of the payer is given; then no 835 is written.
    """
    return _Answering(event, claim, payer).all(decided)


class _Answering:
    """One determination with what its answers are made of."""

    def __init__(
        self, event: DeterminedEvent, claim: ClaimOrigin | None, payer: Payer | None
    ) -> None:
        self._event = event
        self._data = event.data
        self._at = datetime.fromisoformat(event.time)
        self._is_known = claim is not None
        self._claim = claim or _unknown_claim(event.data)
        lines = (each for each in self._claim.lines if each.line == event.data.line)
        self._line = next(lines, None)
        self._payer = payer
        self._remarks: list[str] = []

    def all(self, decided: Mapping[int, DecidedLine]) -> OutgoingAnswers:
        """Everything that goes out."""
        if not self._is_known:
            self._remarks.append("No file is known that brought its claim: names are missing.")
        files = {
            "277": self._written("HN", claim_status_277.GUIDE, self._status()),
            "adjustments.json": self._adjustments(),
        }
        if request := self._request():
            files["request.277"] = self._written("HN", request_277.GUIDE, request)
        if remittance := self._remittance(decided):
            files["835"] = self._written("HP", remittance_835.GUIDE, remittance)
        return OutgoingAnswers(files, tuple(self._remarks))

    def _status(self) -> OutgoingSet:
        status = self._status_code()
        lines = (LineStatus(self._line, status),) if self._line else ()
        claim = ClaimStatus(self._claim, status, False, self._message(), lines)
        return claim_status_277.status_set([claim], self._trace(), self._at)

    def _status_code(self) -> Status:
        if self._data.outcome != "pended":
            return _STATUS_OF[self._data.outcome]
        return _ASKED if self._asked() else _IN_REVIEW

    def _asked(self) -> list[str]:
        """What the requester can supply."""
        return [need.code for need in self._data.needs if need.code not in OF_THE_PAYER]

    def _message(self) -> str:
        """The needs that no code asks for, in words."""
        if self._data.outcome != "pended":
            return ""
        words = [code.replace("_", " ") for code in self._asked() if not _loinc_of(code)]
        due = f" by {self._data.due_on}" if self._data.due_on else ""
        return f"Needed{due}: {', '.join(words)}" if words else ""

    def _request(self) -> OutgoingSet | None:
        if self._data.outcome != "pended":
            return None
        codes = [code for need in self._asked() if (code := _loinc_of(need))]
        if not codes:
            return None
        due_on = date.fromisoformat(self._data.due_on) if self._data.due_on else None
        return request_277.request_set(
            self._claim, self._line, codes, due_on, self._trace(), self._at
        )

    def _adjustments(self) -> bytes:
        """What pricing takes over: the codes of the line, and its segments where it is denied."""
        data = self._data
        of_line = self._denied(data.line, _decided(data))
        content = {
            "determination": self._event.id,
            "claim_id": data.claim_id,
            "member_id": data.member_id,
            "line": data.line,
            "revision": data.revision,
            "outcome": data.outcome,
            "group": data.group,
            "carc": data.carc,
            "rarc": list(data.rarc),
            "segments": list(remittance_835.adjustments(of_line)) if of_line else [],
        }
        return (json.dumps(content, indent=2) + "\n").encode("ascii")

    def _remittance(self, decided: Mapping[int, DecidedLine]) -> OutgoingSet | None:
        if self._data.outcome != "denied" or not self._is_known:
            return None
        denied = [self._denied(line.line, decided.get(line.line)) for line in self._claim.lines]
        lines = [each for each in denied if each]
        if not lines or len(lines) < len(denied):
            return None
        if why := why_unbalanced(self._claim, lines):
            self._remarks.append(
                f"Every line of its claim is denied, but no 835 is written: {why}."
            )
            return None
        if self._payer is None:
            self._remarks.append(
                "Every line of its claim is denied, but no 835 is written: --payer is not given."
            )
            return None
        return remittance_835.remittance_set(
            self._claim, lines, self._payer, self._trace(), self._at.date()
        )

    def _denied(self, number: int, decided: DecidedLine | None) -> DeniedLine | None:
        """A line with the codes of its denial; None where it is not denied, or not known."""
        if decided is None or decided.outcome != "denied":
            return None
        if decided.group is None or decided.carc is None:
            return None
        line = next((each for each in self._claim.lines if each.line == number), None)
        return line and DeniedLine(line, decided.group, decided.carc, decided.rarc)

    def _trace(self) -> str:
        """What an answer is known by, of the determination's own id."""
        return self._event.id.removeprefix("d-")[:_TRACE_DIGITS].upper()

    def _written(self, function: str, guide: str, content: OutgoingSet) -> bytes:
        claim = self._claim
        envelope = Envelope(
            sender=claim.receiver,
            receiver=claim.sender,
            written_at=self._at,
            control_number=control_number(self._event.id, function, guide),
            usage=claim.usage,
        )
        return interchange(envelope, [OutgoingGroup(function, guide, [content])])


def _decided(data: DeterminedLine) -> DecidedLine:
    return DecidedLine(data.outcome, data.group, data.carc, data.rarc)


def _loinc_of(need: str) -> str | None:
    return loinc_of_needs().get(need)


def _unknown_claim(data: DeterminedLine) -> ClaimOrigin:
    """What the determination alone says of its claim."""
    member = Party("1", "", "", "", "", "MI", data.member_id)
    return ClaimOrigin(
        claim_id=data.claim_id,
        patient_control_number=data.claim_id,
        sender=_NOWHERE,
        receiver=_NOWHERE,
        usage="P",
        batch="",
        submitter=NOBODY,
        payer=NOBODY,
        billing_provider=NOBODY,
        tax_id="",
        subscriber=member,
        patient=member,
        filing_code="",
        facility="",
        frequency="",
        charge=Decimal(0),
        first_day=None,
        last_day=None,
        lines=(),
    )
