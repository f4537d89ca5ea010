"""Builds one valid fact of each kind, so that a test states only what matters to it.

Days are counted from `DAY`, the date of service that most tests ask about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple, cast

from rules.facts import (
    Attestation,
    Authorization,
    AuthorizationStatus,
    Claim,
    ClaimType,
    Coverage,
    Event,
    Fact,
    Finalization,
    FinalStatus,
    Frequency,
    Line,
    Person,
    Report,
    Review,
    ReviewDecision,
    ReviewLevel,
    Sex,
    StudyResult,
    StudyStatus,
    Treatment,
    TreatmentOutcome,
    TreatmentStatus,
)
from rules.history.record import Record, append

DAY = date(2025, 9, 15)
"""The version, the diagnosis table and 180 days before it all know this date of service."""
NPI, OTHER_NPI = "1234567893", "1987654328"

Day = int | date
"""A date, or days from `DAY`."""


def day(offset: Day) -> date:
    return offset if isinstance(offset, date) else DAY + timedelta(days=offset)


def instant(offset: Day, hour: int = 12, minute: int = 0) -> datetime:
    on = day(offset)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC)


# ------------------------------------------------------------------------------------------- facts


def line(
    number: int = 1,
    procedure: str = "76390",
    *,
    on: Day = 0,
    modifiers: tuple[str, ...] = (),
    pointers: tuple[int, ...] = (),
    units: int | str = 1,
    npi: str | None = NPI,
) -> Line:
    """`units` as text where they are a fraction."""
    charge = Decimal("850.00")
    return Line(number, procedure, modifiers, day(on), pointers, Decimal(units), charge, npi)


def claim(
    claim_id: str = "C-1",
    procedure: str = "76390",
    *,
    on: Day = 0,
    modifiers: tuple[str, ...] = (),
    units: int | str = 1,
    npi: str | None = NPI,
    lines: tuple[Line, ...] | None = None,
    diagnoses: tuple[str, ...] = ("C71.1",),
    frequency: str = "1",
    replaces: str | None = None,
    claim_type: str = "professional",
    plan: str = "sample-commercial",
    received: Day = 4,
    attestations: tuple[Attestation, ...] = (),
) -> Claim:
    """A claim for one spectroscopy, unless `lines` or `procedure` say otherwise."""
    own = (line(1, procedure, on=on, modifiers=modifiers, units=units, npi=npi),)
    return Claim(
        claim_id,
        cast("Frequency", frequency),
        replaces,
        cast("ClaimType", claim_type),
        plan,
        day(received),
        diagnoses,
        own if lines is None else lines,
        "11",
        attestations,
    )


def pet(claim_id: str = "P-1", procedure: str = "78608", **others: Any) -> Claim:
    """A claim for one brain PET; everything else as for `claim`."""
    return claim(claim_id, procedure, **others)


def replacement(claim_id: str, replaces: str, **others: Any) -> Claim:
    return claim(claim_id, frequency="7", replaces=replaces, **others)


def void(claim_id: str, replaces: str, **others: Any) -> Claim:
    return claim(claim_id, frequency="8", replaces=replaces, **others)


def attestation(
    on: Day = -14, kind: str = "conventional_imaging_limited", reference: str | None = "PWK-77"
) -> Attestation:
    return Attestation(kind, day(on), reference)


def report(
    study_id: str = "S-1",
    procedure: str = "70553",
    *,
    on: Day = -14,
    status: str = "performed",
    result: str = "limited",
    modifiers: tuple[str, ...] = (),
    diagnoses: tuple[str, ...] | None = None,
) -> Report:
    """
    A brain MRI of limited result two weeks before.

    A conclusive study was made for a brain tumour, so that it answers what `claim` asks; any other
    names no diagnosis.
    """
    if diagnoses is None:
        diagnoses = ("C71.1",) if result == "conclusive" else ()
    return Report(
        study_id,
        procedure,
        modifiers,
        day(on),
        cast("StudyStatus", status),
        cast("StudyResult", result),
        diagnoses,
    )


def pet_report(
    study_id: str = "S-9",
    procedure: str = "78608",
    *,
    on: Day = -10,
    status: str = "paid",
    result: str = "conclusive",
    diagnoses: tuple[str, ...] = ("C71.1",),
    modifiers: tuple[str, ...] = (),
) -> Report:
    """A paid brain PET for a brain tumour, ten days before."""
    return report(
        study_id,
        procedure,
        on=on,
        status=status,
        result=result,
        modifiers=modifiers,
        diagnoses=diagnoses,
    )


def finalization(claim_id: str = "C-1", number: int = 1, status: str = "paid") -> Finalization:
    return Finalization(claim_id, number, cast("FinalStatus", status))


def coverage(
    since: Day = -400, through: Day | None = None, plan: str = "sample-commercial"
) -> Coverage:
    return Coverage(plan, day(since), None if through is None else day(through))


def authorization(
    authorization_id: str = "A-1",
    procedure: str = "76390",
    *,
    since: Day = -10,
    through: Day = 10,
    status: str = "approved",
) -> Authorization:
    return Authorization(
        authorization_id, procedure, day(since), day(through), cast("AuthorizationStatus", status)
    )


def review(
    claim_id: str = "C-1",
    number: int = 1,
    decision: str = "approved",
    *,
    role: str = "neuroradiologist",
    by: str | None = None,
    level: str = "first",
    carc: str | None = None,
    rarc: tuple[str, ...] | None = None,
) -> Review:
    """A first review by a role that no plan names; `by` is the reviewer's id."""
    return Review(
        claim_id,
        number,
        cast("ReviewDecision", decision),
        "seen the images",
        role,
        by,
        None,
        cast("ReviewLevel", level),
        carc,
        rarc,
    )


def treatment(
    treatment_id: str = "T-9",
    procedure: str = "61510",
    *,
    on: Day = -30,
    status: str = "performed",
    diagnoses: tuple[str, ...] = ("C71.1",),
    ended: Day | None = None,
    outcome: str = "unknown",
    therapy: str | None = None,
) -> Treatment:
    """A craniotomy for a brain tumour a month before, as a registry reports it."""
    return Treatment(
        treatment_id,
        procedure,
        day(on),
        cast("TreatmentStatus", status),
        diagnoses,
        None if ended is None else day(ended),
        cast("TreatmentOutcome", outcome),
        therapy,
    )


def person(born: Day | None = date(1961, 4, 30), sex: str = "female") -> Person:
    """A woman of sixty-four."""
    return Person(None if born is None else day(born), cast("Sex", sex))


LIMITED_MRI = report()
"""What most spectroscopies need to be approved."""


# ------------------------------------------------------------------------------ events and records


class Sent(NamedTuple):
    """A fact with the time, id and source of its event."""

    fact: Fact
    time: datetime
    event_id: str
    source: str = "/test"


Sending = Fact | Sent


def sent(fact: Fact, at: Day | datetime, event_id: str, source: str = "/test") -> Sent:
    """A fact in an event of noon of a day, or of an instant."""
    return Sent(fact, at if isinstance(at, datetime) else instant(at), event_id, source)


def event(sending: Sending, position: int = 1, member_id: str = "M-1") -> Event:
    """A fact that names no time came at noon of the thirtieth day, each a minute later."""
    if not isinstance(sending, Sent):
        time = instant(30) + timedelta(minutes=position)
        sending = Sent(sending, time, f"e-{position:03}")
    return Event(member_id, sending.event_id, sending.source, sending.time, sending.fact)


def events(*sendings: Sending) -> list[Event]:
    return [event(sending, position) for position, sending in enumerate(sendings, start=1)]


def digest_of(one: Event) -> bytes:
    return sha256(repr(one).encode()).digest()


def record_of(all_events: Iterable[Event]) -> Record:
    record = Record()
    for one in all_events:
        record = append(record, one, digest_of(one))
    return record


def record(*sendings: Sending) -> Record:
    return record_of(events(*sendings))
