"""
Coverage as the event `coverage.recorded.v1`.

Only a Coverage that comes by itself is an enrolment. One that stands beside a Claim is the
provider's word, and says who is meant.
"""

from __future__ import annotations

from typing import Any, Final

from doors.fhir.days import day_in
from doors.fhir.members import member_of
from doors.fhir.payers import plan_of
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import CoverageResource

_ENDED: Final = "cancelled"


def read_coverage(coverage: CoverageResource, reading: ResourceReading) -> dict[str, Any]:
    """The `data` of an enrolment; incomplete after faults were noted."""
    period = coverage.period
    start = period.start if period else None
    end = period.end if period else None
    if coverage.status not in ("active", _ENDED):
        reading.refuse("status", "not-supported", "A Coverage that is active or cancelled.")
    if start is None:
        reading.refuse("period.start", "required", "It is needed: the first day of the enrolment.")
    if end is None and coverage.status == _ENDED:
        reading.refuse("period.end", "required", "It is needed: the last day of the enrolment.")
    return {
        "member_id": member_of(coverage, coverage.beneficiary, "beneficiary", reading),
        "plan_id": plan_of(coverage, "payor", reading),
        "enrolled_from": _day(start, "period.start", reading),
        "enrolled_through": _day(end, "period.end", reading) or None,
    }


def _day(text: str | None, path: str, reading: ResourceReading) -> str:
    found = "" if text is None else day_in(text)
    if found is None:
        reading.refuse(path, "value", "There is no such day.")
    return found or ""
