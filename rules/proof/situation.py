"""One point of the decision space: a claim line with everything that is known around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from rules.adjudicate import adjudicate
from rules.determination import Determination, ParameterValue
from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    ClaimType,
    Coverage,
    Event,
    Fact,
    Frequency,
    Line,
    Person,
    Report,
    Review,
    Treatment,
)
from rules.history.record import Record, append
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.plans import AuthorityRow, Plan

ASKED: LineKey = ("C-1", 1)
"""The line that a situation asks about, unless it says otherwise."""
OURS, THEIRS = "1234567893", "1987654328"
"""The provider of the line that is asked about, and another one."""
_MEMBER = "M-1"
_SOURCE = "/witness"
_A_MINUTE = timedelta(minutes=1)

Answers = tuple[tuple[str, ParameterValue], ...]
"""Parameters with the answers that are to hold instead of the library's."""


class Situation(NamedTuple):
    """
    Facts in the order of their events, the line that is asked about, and a changed library.

    What stands after a review was told after it.
    """

    facts: tuple[Fact, ...]
    asked: LineKey = ASKED
    rows: tuple[AuthorityRow, ...] = ()
    """Authority rows that a plan might add."""
    answers: Answers = ()
    plans: tuple[Plan, ...] = ()
    """Plans that might be added."""

    def events(self) -> list[Event]:
        """The facts as events, each at a time at which it could have been sent."""
        events: list[Event] = []
        not_before = datetime.min.replace(tzinfo=UTC)
        for number, fact in enumerate(self.facts, start=1):
            at = max(_time_of(fact, self.facts), not_before)
            if isinstance(fact, Review):
                not_before = at + _A_MINUTE
            events.append(Event(_MEMBER, f"e-{number}", _SOURCE, at, fact))
        return events

    def record(self) -> Record:
        """What would be known of the member."""
        record = Record()
        for event in self.events():
            record = append(record, event, b"")
        return record


class Setting(NamedTuple):
    """A line to ask about, field by field, so that each can be set otherwise."""

    on: date
    """The date of service."""
    plan: str
    procedure: str
    diagnoses: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    npi: str | None = OURS
    claim_type: ClaimType = "professional"
    received_days: int = 4
    """Days from the service to the receipt."""
    attestations: tuple[Attestation, ...] = ()
    frequency: Frequency = "1"
    replaces: str | None = None
    beside: tuple[Fact, ...] = ()
    """Everything but the claim itself."""
    rows: tuple[AuthorityRow, ...] = ()
    answers: Answers = ()
    plans: tuple[Plan, ...] = ()
    place_of_service: str | None = None
    ordering_specialty: str | None = None

    def day(self, days: int) -> date:
        """A day counted from the date of service."""
        return self.on + timedelta(days=days)

    def claim(self) -> Claim:
        """The claim with the line that is asked about."""
        claim_id, number = ASKED
        line = Line(
            number,
            self.procedure,
            self.modifiers,
            self.on,
            (),
            self.units,
            rendering_npi=self.npi,
            ordering_specialty=self.ordering_specialty,
        )
        return Claim(
            claim_id,
            self.frequency,
            self.replaces,
            self.claim_type,
            self.plan,
            self.day(self.received_days),
            self.diagnoses,
            (line,),
            self.place_of_service,
            self.attestations,
        )

    def situation(self) -> Situation:
        """The line with all that is beside it."""
        return Situation((self.claim(), *self.beside), ASKED, self.rows, self.answers, self.plans)


class Variant(NamedTuple):
    """One value of a dimension: what it adds to a setting, or sets otherwise in it."""

    name: str
    beside: tuple[Fact, ...] = ()
    sets: Mapping[str, Any] = {}

    def of(self, setting: Setting) -> Setting:
        """The setting with this value."""
        changed = setting._replace(**self.sets)
        return changed._replace(beside=(*changed.beside, *self.beside))


class Laboratory:
    """Decides situations by the kernel, under a library that each may change."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._changed = cache(self._change)

    def decide(self, situation: Situation) -> tuple[Determination, ...]:
        """Every line of the situation."""
        return adjudicate(situation.record(), self.library_of(situation))

    def ask(self, setting: Setting) -> Determination:
        """The determination of the line that a setting is about."""
        return self.answer(setting.situation())

    def answer(self, situation: Situation) -> Determination:
        """The determination of the line that is asked about."""
        (one,) = (
            determination
            for determination in self.decide(situation)
            if (determination.claim_id, determination.line) == situation.asked
        )
        return one

    def library_of(self, situation: Situation) -> Library:
        """The library with what the situation changes in it."""
        if not situation.rows and not situation.answers and not situation.plans:
            return self.library
        return self._changed(situation.rows, situation.answers, situation.plans)

    def _change(
        self, rows: tuple[AuthorityRow, ...], answers: Answers, plans: tuple[Plan, ...]
    ) -> Library:
        authorities = (*self.library.authorities, *rows)
        known = {**self.library.plans, **{plan.plan_id: plan for plan in plans}}
        changed = self.library.with_versions(lambda version: version.with_answers(dict(answers)))
        return replace(changed, authorities=authorities, plans=known)


def _time_of(fact: Fact, facts: tuple[Fact, ...]) -> datetime:
    """Noon of the day on which the fact could first be told; what is said of a claim, later."""
    if isinstance(fact, Claim):
        return _at(fact.received_at, 12)
    if isinstance(fact, Report | Treatment):
        return _at(fact.date_of_service, 12)
    if isinstance(fact, Coverage):
        return _at(fact.enrolled_from, 6)
    if isinstance(fact, Authorization):
        return _at(fact.valid_from, 6)
    if isinstance(fact, Person):
        return _at(fact.birth_date or date.min, 12)
    received = (
        other.received_at
        for other in facts
        if isinstance(other, Claim) and other.claim_id == fact.claim_id
    )
    return _at(max(received, default=date.min), 18)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
