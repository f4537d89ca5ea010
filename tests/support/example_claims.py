"""Claims under the example policies that are denied or pended, as events of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.event_builders import CLAIM, COVERAGE, REPORT, event_of


class OpenClaim(NamedTuple):
    """The claim `C-1` under an example, with what else is known, and what becomes of it."""

    policy: str
    version: str
    events: tuple[dict[str, Any], ...]
    outcome: str
    reason: str
    section: str


def claim(policy: str, procedure: str, *diagnoses: str, **fields: Any) -> dict[str, Any]:
    """A claim of 15 September 2025, or of another day; without what it attests."""
    line = {
        "line": 1,
        "procedure": procedure,
        "modifiers": fields.pop("modifiers", []),
        "date_of_service": fields.pop("on", "2025-09-15"),
        "units": 1,
        "charge": "1850.00",
        "rendering_npi": "1234567893",
    }
    fields = {"claim_id": "C-1", "received_at": "2026-01-20", "attestations": []} | fields
    return event_of(CLAIM, plan_id=policy, diagnoses=list(diagnoses), lines=[line], **fields)


def report(procedure: str, result: str, **fields: Any) -> dict[str, Any]:
    on = fields.pop("on", "2025-09-01")
    told = {"procedure": procedure, "result": result, "date_of_service": on, "diagnoses": []}
    return event_of(REPORT, **(told | {"modifiers": []} | fields))


def enrolled(policy: str) -> dict[str, Any]:
    return event_of(
        COVERAGE, plan_id=policy, enrolled_from="2023-01-01", enrolled_through="2026-12-31"
    )


SCORE = {
    "kind": "mental_status_score",
    "date_of_service": "2025-09-01",
    "value": "20",
    "unit": "points",
}
PET, COUNT, PRIOR, NEVER, HEART = (
    *("example-brain-pet", "example-count"),
    *("example-prior-study", "example-never"),
    "example-heart-exercise",
)
IN_2025 = "2025-03-01"
OPEN_CLAIMS = {
    "a PET without an MRI before it": OpenClaim(
        PET, IN_2025, (claim(PET, "78608", "C71.1"), enrolled(PET)), "denied", "MRI_ABSENT", "2"
    ),
    "a PET for dementia of a member whose age is not known": OpenClaim(
        PET,
        IN_2025,
        (claim(PET, "78608", "G30.9", attestations=[SCORE]), report("70553", "limited")),
        *("pended", "AGE_UNKNOWN", "1.5"),
    ),
    "a second initial PET": OpenClaim(
        COUNT,
        IN_2025,
        (
            claim(COUNT, "78815", "C61", modifiers=["PI"]),
            claim(COUNT, "78815", "C61", claim_id="C-0", on="2025-04-01", modifiers=["PI"]),
        ),
        *("denied", "PET_INITIAL_DONE", "1"),
    ),
    "an initial PET where another is pending": OpenClaim(
        COUNT,
        IN_2025,
        (
            claim(COUNT, "78815", "C61", modifiers=["PI"]),
            report("78815", "unknown", status="pending", modifiers=["PI"]),
        ),
        *("pended", "PET_INITIAL_UNCLEAR", "1"),
    ),
    "a spectroscopy for none of the purposes": OpenClaim(
        PRIOR,
        IN_2025,
        (claim(PRIOR, "76390", "C61"), report("70553", "limited")),
        *("denied", "LESION_UNRELATED", "5"),
    ),
    "a spectroscopy after an MRI whose result is not known": OpenClaim(
        PRIOR,
        IN_2025,
        (claim(PRIOR, "76390", "C71.1"), report("70553", "unknown")),
        *("pended", "LESION_RESULT_UNKNOWN", "2"),
    ),
    "a spectroscopy that is never covered": OpenClaim(
        NEVER,
        "2026-01-01",
        (claim(NEVER, "76390", "C71.1", on="2026-01-15"),),
        *("denied", "NEVER_COVERED", "1"),
    ),
    "exercise for the heart without a plan of it": OpenClaim(
        HEART,
        "2026-01-01",
        (claim(HEART, "93798", "I25.10", on="2026-01-15"),),
        *("denied", "NO_EXERCISE_PLAN", "7"),
    ),
}
"""By what they are."""


def written(known: OpenClaim, folder: Path) -> Path:
    """Their events in a file, each with an id of its own."""
    file = folder / "events.jsonl"
    last = "2026-01-20T14:03:00Z"
    numbered = [one | {"id": f"e-{at}", "time": last} for at, one in enumerate(known.events)]
    file.write_text("".join(f"{json.dumps(one)}\n" for one in numbered))
    return file
