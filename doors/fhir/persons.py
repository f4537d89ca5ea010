"""
Patient as the event `member.recorded.v1`.

Only a Patient that comes by itself is a record of a member. One that stands beside a Claim, a
Coverage or a report is the sender's word, and says who is meant.
"""

from __future__ import annotations

from typing import Any

from doors.fhir.days import day_in
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import PatientResource


def read_person(
    person: PatientResource, member_id: str, reading: ResourceReading
) -> dict[str, Any]:
    """The `data` of a member's record; incomplete after faults were noted."""
    born = None if person.birthDate is None else day_in(person.birthDate)
    if born is None and person.birthDate is not None:
        reading.refuse("birthDate", "value", "There is no such day.")
    return {"member_id": member_id, "birth_date": born, "sex": person.gender}
