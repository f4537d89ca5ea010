"""Members with a given number of claims and studies, for measurements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from rules.facts import Event
from rules.history.record import Record, append
from worker.events.decode import decode
from worker.events.remittance import EVERY_CODE

CLAIMS, STUDIES = 4, 6
"""The size of member for which kernel and memory have targets."""

_LAST_DAY: Final = date(2025, 12, 15)
_DAYS_BETWEEN_CLAIMS: Final = 55
_SPAN_DAYS: Final = 240
"""Studies are spread over this many days; if there are more, one per day."""

_BILLED: Final = ("76390", "76390", "78608", "76390")
_REPORTED: Final = (
    ("70553", "performed", "limited"),
    ("70450", "performed", "conclusive"),
    ("78608", "performed", "unknown"),
    ("70551", "paid", "limited"),
    ("70553", "performed", "conclusive"),
    ("78813", "denied", "unknown"),
)


class Billing(NamedTuple):
    """What the claims of a member bill, in turn, under which plan, and until when."""

    plan_id: str = "sample-commercial"
    procedures: tuple[str, ...] = _BILLED
    modifiers: tuple[str, ...] = ()
    last_day: date = _LAST_DAY

    @property
    def first_day(self) -> date:
        """The day of the earliest of four claims."""
        return self.last_day - timedelta(days=_DAYS_BETWEEN_CLAIMS * (CLAIMS - 1))


USUALLY: Final = Billing()


def member_with(
    claims: int, studies: int, member_id: str = "M-0000001", billed: Billing = USUALLY
) -> list[bytes]:
    """Returns a member's events: enrolment, one-line claims, reports; by date of service."""
    apart = max(_SPAN_DAYS // max(studies, 1), 1)
    told = [
        *(_claim(member_id, number, billed) for number in range(claims)),
        *(_report(member_id, number, apart * number, billed) for number in range(studies)),
    ]
    told.sort(key=lambda event: (event["time"], event["id"]))
    return [msgspec.json.encode(event) for event in (_enrolment(member_id, billed), *told)]


def claims_of_a_day(count: int, member_id: str = "M-0000001") -> list[bytes]:
    """Returns an enrolment and so many claims of one line each, all for the same day."""
    claims = [_claim(member_id, 0) | {"id": f"c-{number}"} for number in range(count)]
    for number, claim in enumerate(claims):
        claim["data"]["claim_id"] = f"C-{member_id}-{number}"
    return [msgspec.json.encode(event) for event in (_enrolment(member_id), *claims)]


def chain_of(count: int, member_id: str = "M-0000001") -> list[bytes]:
    """Returns an enrolment and so many claims, each of which replaces the one before it."""
    claims = [_claim(member_id, 0) | {"id": f"c-{number}"} for number in range(count)]
    for number, claim in enumerate(claims):
        received = _LAST_DAY + timedelta(days=3 + number)
        claim["time"] = _noon(received)
        claim["data"] |= {
            "claim_id": f"C-{member_id}-{number}",
            "received_at": received.isoformat(),
            "frequency": "7" if number else "1",
            "replaces": f"C-{member_id}-{number - 1}" if number else None,
        }
    return [msgspec.json.encode(event) for event in (_enrolment(member_id), *claims)]


def record_of(events: list[bytes]) -> Record:
    """Returns a member's record after these events."""
    record = Record()
    for raw in events:
        event = decode(raw, EVERY_CODE)
        if isinstance(event, Event):
            record = append(record, event, sha256(raw).digest())
    return record


def decoded(events: list[bytes]) -> Iterator[Event]:
    """Decodes events; all of them are accepted."""
    for raw in events:
        event = decode(raw, EVERY_CODE)
        assert isinstance(event, Event)
        yield event


def _claim(member_id: str, number: int, billed: Billing = USUALLY) -> dict[str, Any]:
    days = _DAYS_BETWEEN_CLAIMS * (number % 4) + number // 4
    on = billed.last_day - timedelta(days=days)
    line: dict[str, Any] = {
        "line": 1,
        "procedure": billed.procedures[number % len(billed.procedures)],
        "date_of_service": on.isoformat(),
        "diagnosis_pointers": [1],
        "charge": "850.00",
        "rendering_npi": "9234567893",
    }
    if billed.modifiers:
        line["modifiers"] = billed.modifiers
    data = {
        "claim_id": f"C-{member_id}-{number}",
        "frequency": "1",
        "claim_type": "professional",
        "plan_id": billed.plan_id,
        "received_at": (on + timedelta(days=3)).isoformat(),
        "diagnoses": ["C71.1", "R51.9"],
        "lines": [line],
    }
    return _event("claim.submitted.v1", f"c-{number}", member_id, on, data)


def _report(member_id: str, number: int, days_back: int, billed: Billing) -> dict[str, Any]:
    on = billed.last_day - timedelta(days=days_back + 10)
    procedure, status, result = _REPORTED[number % len(_REPORTED)]
    data = {
        "study_id": f"S-{member_id}-{number}",
        "procedure": procedure,
        "date_of_service": on.isoformat(),
        "status": status,
        "result": result,
        "diagnoses": ["C71.1"],
    }
    return _event("imaging.reported.v1", f"s-{number}", member_id, on, data)


def _enrolment(member_id: str, billed: Billing = USUALLY) -> dict[str, Any]:
    since = date(2020, 1, 1)
    data = {"plan_id": billed.plan_id, "enrolled_from": since.isoformat()}
    return _event(
        "coverage.recorded.v1", "v-1", member_id, since, data | {"enrolled_through": None}
    )


def _event(
    event_type: str, event_id: str, member_id: str, on: date, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/bench",
        "type": event_type,
        "time": _noon(on + timedelta(days=3)),
        "data": {"member_id": member_id} | data,
    }


def _noon(on: date) -> str:
    return f"{on}T12:00:00Z"
