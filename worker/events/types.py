"""
The table of event types: name, fact class, reader and plain form of each.

Everything that lists event types derives from this table: the decoder, the encoder, the schemas,
the metric labels and the commands' `--type` options.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rules.facts import (
    Authorization,
    Claim,
    Coverage,
    Fact,
    Finalization,
    Person,
    Report,
    Review,
    Treatment,
)
from worker.events.context import Context
from worker.events.facts import (
    read_authorization,
    read_claim,
    read_coverage,
    read_finalization,
    read_person,
    read_report,
    read_review,
    read_treatment,
)
from worker.events.fields import Fields
from worker.events.plain_claim import PlainClaim
from worker.events.plain_data import (
    PlainAuthorization,
    PlainCoverage,
    PlainData,
    PlainFinalization,
    PlainPerson,
    PlainReport,
    PlainReview,
    PlainTreatment,
)

Reader = Callable[[Fields, Context], Fact]
"""Reads the `data` of an event; names its faults in the fields."""


class EventType(NamedTuple):
    """One row of the table."""

    name: str
    fact: type[Fact]
    read: Reader
    plain: type[PlainData]
    """Its data where nothing is out of the ordinary."""


TABLE: Final = (
    EventType("claim.submitted.v1", Claim, read_claim, PlainClaim),
    EventType("claim.finalized.v1", Finalization, read_finalization, PlainFinalization),
    EventType("imaging.reported.v1", Report, read_report, PlainReport),
    EventType("coverage.recorded.v1", Coverage, read_coverage, PlainCoverage),
    EventType("treatment.reported.v1", Treatment, read_treatment, PlainTreatment),
    EventType("authorization.recorded.v1", Authorization, read_authorization, PlainAuthorization),
    EventType("review.completed.v1", Review, read_review, PlainReview),
    EventType("member.recorded.v1", Person, read_person, PlainPerson),
)
"""In the order of the contract."""

BY_NAME: Final[Mapping[str, EventType]] = {each.name: each for each in TABLE}

EVENT_TYPES: Final = tuple(BY_NAME)
"""The names of the types of event that are accepted, in the order of the contract."""

_BY_FACT: Final[Mapping[type[Fact], EventType]] = {each.fact: each for each in TABLE}


def event_type_of(fact: Fact) -> str:
    """The name of the type of event that states a fact."""
    return _BY_FACT[type(fact)].name
