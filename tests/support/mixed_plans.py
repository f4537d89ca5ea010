"""The events of an invented plan whose members are enrolled in plans of all policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from worker.bench.plan import member_events
from worker.bench.plan_shares import OTHERS
from worker.bench.plan_story import PlannedEvent, arrival

_PLANS: Final = (
    *("example-two-policies", "example-two-policies", "example-brain-pet", "example-brain-pet"),
    *("example-prior-study", "example-count", "example-never", "sample-commercial"),
)
_KNOWING: Final = {
    "76390": ("example-prior-study", "example-never", "example-two-policies"),
    "78608": ("example-brain-pet", "example-brain-pet", "example-two-policies"),
    "78813": ("example-count",),
    "78815": ("example-count",),
    "78816": ("example-count",),
}
"""Plans whose policies know a procedure; half of its claims are under one of them."""
_ASKED_FOR: Final = (
    ("mri_indeterminate", None),
    ("lesion_not_characterised", None),
    ("member_notice", None),
    ("mental_status_score", "24"),
    ("mental_status_score", "28"),
)


def mixed_member(seed: str, number: int) -> Iterator[bytes]:
    """All events about one member, in order of time; the same for the same seed and number."""
    lots = Random(f"{seed}/{number}/mixed")
    told = member_events(seed, number)
    times: dict[str, str] = {}
    for event in told:
        if event["id"] in times:  # it came once more, and shares what it says
            event["time"] = times[event["id"]]
        elif event["type"] == "claim.submitted.v1":
            _mix(event, lots)
        elif event["type"] == "coverage.recorded.v1":
            event["data"]["plan_id"] = lots.choice(_PLANS)
        times[event["id"]] = event["time"]
    if told:
        told += _of_person(told[0], lots)
    for event in sorted(told, key=arrival):
        yield json.dumps(event, separators=(",", ":")).encode()


def _mix(event: PlannedEvent, lots: Random) -> None:
    """Gives a claim a plan, what is attested under it, and modifiers that it counts by."""
    claim = event["data"]
    (line,) = claim["lines"]
    if line["procedure"] in OTHERS and lots.random() < 0.8:
        _exercise(event, lots)
        return
    known = _KNOWING.get(line["procedure"], _PLANS)
    claim["plan_id"] = lots.choice(known if lots.random() < 0.5 else _PLANS)
    if line["procedure"].startswith("7881"):
        line["modifiers"] = lots.choice((["PI"], ["PI"], ["PS"], []))
    if line["procedure"] == "78608" and lots.random() < 0.5:
        claim["diagnoses"] = [lots.choice(("G30.9", "G40.919"))]
    if lots.random() < 0.5:
        kind, value = lots.choice(_ASKED_FOR)
        attested = {"kind": kind, "date_of_service": line["date_of_service"]}
        measured = {} if value is None else {"value": value, "unit": "points"}
        claim["attestations"] = [attested | measured]


def _exercise(event: PlannedEvent, lots: Random) -> None:
    """Makes a claim one for supervised exercise, with what the policy that begins last asks for."""
    claim = event["data"]
    (line,) = claim["lines"]
    line["procedure"] = lots.choice(("93797", "93797", "93798", "93798", "G0422"))
    line["ordering_specialty"] = lots.choice(("207RC0000X", "207RC0000X", "207Q00000X"))
    claim["plan_id"] = "example-heart-exercise"
    claim["diagnoses"] = ["I25.10"]
    claim["place_of_service"] = lots.choice(("11", "22", "22", "12"))
    line["date_of_service"] = on = _a_year_later(line["date_of_service"])
    claim["attestations"] = [
        {"kind": "exercise_plan", "date_of_service": on},
        {"kind": "ejection_fraction", "date_of_service": on, "unit": "percent"}
        | {"value": lots.choice(("30", "35", "36"))},
    ][: lots.choice((0, 1, 2, 2, 2))]
    with_it = lots.choice((("93040", "93015"), ("93040", "93015"), ("93040",), ("93015",), ()))
    claim["lines"] += [
        line | {"line": number, "procedure": procedure}
        for number, procedure in enumerate(with_it, start=2)
    ]
    claim["received_at"] = _a_year_later(claim["received_at"])
    event["time"] = _a_year_later(event["time"])


def _a_year_later(written: str) -> str:
    """Of a day or an instant; no year of theirs has a 29 February."""
    return f"{int(written[:4]) + 1}{written[4:]}"


def _of_person(first: PlannedEvent, lots: Random) -> Iterator[PlannedEvent]:
    """Who the member is, perhaps corrected, and medicines that were tried."""
    member, time = first["data"]["member_id"], first["time"]
    for each in range(lots.choice((0, 1, 1, 2))):
        born = lots.choice(("1950-01-01", "1975-06-15", "1990-01-01"))
        data = {"member_id": member, "birth_date": born, "sex": "female"}
        yield first | {"id": f"p-{member}-{each}", "type": "member.recorded.v1", "data": data}
    for each in range(lots.choice((0, 0, 1, 2, 3))):
        data = {
            "member_id": member,
            "treatment_id": f"T-{member}-{each}",
            "therapy": lots.choice(("N03AX09", "N03AX14", "N03AF01")),
            "date_of_service": time[:10],
            "status": lots.choice(("performed", "performed", "voided")),
            "outcome": lots.choice(("failed", "not_tolerated", "succeeded", "unknown")),
            "diagnoses": ["G40.919"],
        }
        yield first | {"id": f"t-{member}-{each}", "type": "treatment.reported.v1", "data": data}
