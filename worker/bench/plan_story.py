"""Generates one member's story, with dates often at the edges of the policy's time spans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from worker.bench.plan_shares import (
    OTHERS,
    PETS,
    PLANS,
    PROVIDERS,
    QUESTIONS,
    SCANS,
    TREATMENTS,
)

SOURCES = ("/edi/gateway", "/core/claims", "/imaging")
FIRST_DAY = date(2025, 3, 1)
"""A few services are before the shipped version's first day."""
SPAN_DAYS = 330

PlannedEvent = dict[str, Any]
_Value = TypeVar("_Value")


def arrival(event: PlannedEvent) -> tuple[str, str]:
    """Returns the sort key of an event: its time."""
    return (event["time"], event["id"])


class Story:
    """What happens to one member, as events; the same seed and number give the same story."""

    def __init__(self, seed: int | str, member: int) -> None:
        self._lots = Random(f"{seed}/{member}")  # noqa: S311  # reproducible, not a secret
        self._member_id = f"M-{member:07d}"
        self._number = member
        self._plan = self._one(PLANS)
        self._events: list[PlannedEvent] = []
        self._claims = 0
        self._codes = self._one(QUESTIONS)

    def events(self) -> list[PlannedEvent]:
        """Returns all events about the member, in order of time."""
        first = FIRST_DAY + timedelta(days=self._lots.randrange(SPAN_DAYS))
        self._enrol(first)
        on = first
        for _ in range(self._one({1: 60, 2: 30, 3: 10})):
            self._episode(on)
            on += self._apart(120)
        if self._likely(0.25):
            self._claim(self._lots.choice(OTHERS), first + self._days(0, 60), ("F32.9",))
        if self._likely(0.05) and self._events:
            self._events.append(dict(self._lots.choice(self._events)))  # delivered twice
        return sorted(self._events, key=arrival)

    # -------------------------------------------------------------------------------- the story

    def _enrol(self, first: date) -> None:
        if self._likely(0.85):
            since = first - timedelta(days=self._one({900: 70, 181: 10, 180: 10, 60: 10}))
            through = None if self._likely(0.9) else (first + self._days(30, 400)).isoformat()
            data = {"plan_id": self._plan, "enrolled_from": since, "enrolled_through": through}
            self._tell("coverage.recorded.v1", since, data)

    def _episode(self, on: date) -> None:
        """Adds imaging, a spectroscopy, perhaps a PET before or after, and what follows."""
        for _ in range(self._one({0: 18, 1: 70, 2: 12})):
            self._scan(on - self._distance(180))
        if self._likely(0.08):
            self._treat(on - self._days(0, 60))
        if self._likely(0.15):
            self._authorize(on)
        if self._likely(0.9):
            self._spectroscopy(on)
        if self._likely(0.45):
            self._pet(on + self._apart(90))

    def _scan(self, on: date) -> None:
        procedure = self._one(SCANS)
        if self._likely(0.3):
            self._claim(procedure, on, self._diagnoses())
        if self._likely(0.85):
            result = self._one({"limited": 62, "conclusive": 20, "unknown": 18})
            status = self._one({"performed": 60, "paid": 30, "voided": 4, "denied": 6})
            self._report(procedure, on, status, result)

    def _treat(self, on: date) -> None:
        self._claim(self._one(TREATMENTS), on, self._diagnoses())

    def _authorize(self, on: date) -> None:
        data = {
            "authorization_id": f"A-{self._number}-{len(self._events)}",
            "procedure": self._one({"76390": 80, "78608": 20}),
            "valid_from": on - self._days(0, 20),
            "valid_through": on + self._days(0, 40),
            "status": self._one({"approved": 85, "denied": 15}),
        }
        self._tell("authorization.recorded.v1", on - self._days(1, 10), data)
        if self._likely(0.1):
            self._tell("authorization.recorded.v1", on + self._days(1, 30),
                       data | {"status": "cancelled"})  # fmt: skip

    def _spectroscopy(self, on: date) -> None:
        procedure = self._one({"76390": 96, "0609T": 2, "0612T": 2})
        modifiers = self._one({(): 90, ("26",): 3, ("53",): 2, ("76",): 2, ("50",): 1, ("59",): 2})
        if self._likely(0.06):
            for part in ("26", "TC"):
                self._claim(procedure, on, self._diagnoses(), modifiers=(part,))
        else:
            self._claim(procedure, on, self._diagnoses(), modifiers=modifiers, attests=True)
        if self._likely(0.04):
            self._claim(procedure, on, self._diagnoses())  # billed again

    def _pet(self, on: date) -> None:
        procedure = self._one(PETS)
        if self._likely(0.5):
            self._claim(procedure, on, self._diagnoses())
        else:
            status = self._one({"performed": 40, "paid": 35, "allowed": 8, "denied": 8,
                                "pending": 5, "other_payer": 4})  # fmt: skip
            self._report(procedure, on, status,
                         self._one({"conclusive": 60, "limited": 20, "unknown": 20}))  # fmt: skip

    # ---------------------------------------------------------------------------------- events

    def _report(self, procedure: str, on: date, status: str, result: str) -> None:
        data = {
            "study_id": f"S-{self._number}-{len(self._events)}", "procedure": procedure,
            "modifiers": [], "date_of_service": on, "status": status, "result": result,
            "diagnoses": list(self._diagnoses()),
        }  # fmt: skip
        late = self._days(0, 5) if self._likely(0.8) else self._days(20, 120)
        self._tell("imaging.reported.v1", on + late, data)
        if result == "unknown" and self._likely(0.3):
            self._tell("imaging.reported.v1", on + late + self._days(1, 60),
                       data | {"result": "limited"})  # fmt: skip

    def _claim(
        self,
        procedure: str,
        on: date,
        diagnoses: tuple[str, ...],
        *,
        modifiers: tuple[str, ...] = (),
        attests: bool = False,
    ) -> None:
        self._claims += 1
        lag = timedelta(days=self._one({3: 40, 10: 30, 29: 5, 30: 5, 31: 5, 45: 15}))
        line = {
            "line": 1, "procedure": procedure, "modifiers": list(modifiers), "date_of_service": on,
            "diagnosis_pointers": [] if self._likely(0.7) else [1],
            "units": 2 if self._likely(0.01) else 1,
            "charge": f"{self._lots.randrange(20_000, 240_000) / 100:.2f}",
            "rendering_npi": self._lots.choice(PROVIDERS),
        }  # fmt: skip
        data = {
            "claim_id": f"C-{self._number}-{self._claims}", "frequency": "1", "replaces": None,
            "claim_type": "institutional" if self._likely(0.15) else "professional",
            "plan_id": self._plan, "received_at": on + lag, "diagnoses": list(diagnoses),
            "lines": [line],
        }  # fmt: skip
        if attests and self._likely(0.1):
            kind = {"kind": "conventional_imaging_limited",
                    "date_of_service": on - self._distance(180)}  # fmt: skip
            data["attestations"] = [kind]
        self._tell("claim.submitted.v1", on + lag, data)
        self._aftermath(data, on + lag)

    def _aftermath(self, data: PlannedEvent, received: date) -> None:
        """Adds what follows a claim: the core system, a reviewer, a correction."""
        word = {"claim_id": data["claim_id"], "line": 1}
        if self._likely(0.4):
            status = self._one({"paid": 65, "allowed": 10, "denied": 25})
            when = received + self._days(1, 40)
            self._tell("claim.finalized.v1", when, word | {"status": status})
        if self._likely(0.05):
            said = {"decision": self._one({"approved": 60, "denied": 40}),
                    "reason": "seen by a person", "reviewer_role": "medical director"}  # fmt: skip
            self._tell("review.completed.v1", received + self._days(2, 30), word | said)
        if self._likely(0.07):
            self._correct(data, received + self._days(5, 60))

    def _correct(self, data: PlannedEvent, received: date) -> None:
        """Adds a replacement or void; rarely one of an unknown claim, or with a reused id."""
        kind = self._one({"7": 55, "8": 30, "unknown": 8, "again": 7})
        changed = data | {"received_at": received, "diagnoses": list(self._diagnoses())}
        if kind != "again":
            self._claims += 1
            replaces = "C-unknown" if kind == "unknown" else data["claim_id"]
            changed |= {"claim_id": f"C-{self._number}-{self._claims}", "replaces": replaces,
                        "frequency": "7" if kind == "unknown" else kind}  # fmt: skip
        self._tell("claim.submitted.v1", received, changed)

    def _tell(self, event_type: str, on: date, data: PlannedEvent) -> None:
        at = datetime.combine(on, time(), UTC) + timedelta(seconds=self._lots.randrange(86_400))
        self._events.append(
            {
                "specversion": "1.0",
                "id": f"e-{self._number}-{len(self._events)}",
                "source": self._lots.choice(SOURCES),
                "type": event_type,
                "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "data": {"member_id": self._member_id} | json.loads(json.dumps(data, default=str)),
            }
        )

    # ------------------------------------------------------------------------------ randomness

    def _diagnoses(self) -> tuple[str, ...]:
        own = self._lots.sample(self._codes, self._one({1: 75, 2: 25}) if self._codes[1:] else 1)
        return (*own, "R51.9") if self._likely(0.1) else tuple(own)

    def _likely(self, share: float) -> bool:
        return self._lots.random() < share

    def _one(self, weights: Mapping[_Value, int]) -> _Value:
        return self._lots.choices(list(weights), list(weights.values()))[0]

    def _days(self, least: int, most: int) -> timedelta:
        return timedelta(days=self._lots.randint(least, most))

    def _distance(self, edge: int) -> timedelta:
        """Returns a number of days back: usually few, sometimes at the edge of a span."""
        near = {-1: 10, 0: 45, 1: 10, 2: 35}
        match self._one(near):
            case -1:
                return timedelta(days=edge + self._lots.choice((-1, 0, 1)))
            case 0:
                return self._days(0, 30)
            case 1:
                return self._days(edge, 2 * edge)
            case _:
                return self._days(0, edge)

    def _apart(self, edge: int) -> timedelta:
        """Returns the days between two studies, in either direction."""
        return self._distance(edge) * self._lots.choice((-1, 1, 1))
