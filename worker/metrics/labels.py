"""The closed sets of label values: the series that exist before anything has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, NamedTuple, get_args

from rules.criteria import registry
from rules.determination import Outcome, Service
from rules.library_model import Library
from rules.reasons import Reason
from rules.member.published import Change
from rules.plans import LineOfBusiness
from rules.truth import Truth
from worker.events.decode import UNKNOWN_EVENT_TYPE
from worker.events.types import EVENT_TYPES
from worker.metrics import counters

Labels = tuple[str, ...]


class LineEnding(NamedTuple):
    """A way in which a line can be decided."""

    service: Service
    outcome: Outcome
    reason: str


_EVERY_SERVICE: Final = get_args(Service)
_BOTH: Final[tuple[Service, ...]] = ("mrs", "pet")

_OF_NO_CRITERION: Final[Mapping[str, tuple[tuple[Service, Outcome], ...]]] = {
    "CRITERIA_MET": (("mrs", "approved"),),
    "REVIEWED": (("mrs", "approved"), ("mrs", "denied"), ("pet", "denied")),
    "REVIEW_OUTDATED": tuple((service, "pended") for service in _BOTH),
    "PEER_REVIEW": tuple((service, "pended") for service in _BOTH),
    "PLAN_UNKNOWN": tuple((service, "pended") for service in _BOTH),
    "ORIGINAL_NOT_FOUND": tuple((service, "pended") for service in _BOTH),
    "NO_CONFLICT": (("pet", "not_applicable"),),
    "OUT_OF_SCOPE": (("other", "not_applicable"),),
    "SUPERSEDED": tuple((service, "not_applicable") for service in _EVERY_SERVICE),
    "VOIDED": tuple((service, "not_applicable") for service in _EVERY_SERVICE),
    "VOID_PROCESSED": tuple((service, "not_applicable") for service in _EVERY_SERVICE),
}
"""Reasons that belong to no single criterion, and the outcomes they can explain."""


def endings(library: Library) -> tuple[LineEnding, ...]:
    """Every way in which a line can be decided under a library."""
    return tuple(
        LineEnding(service, outcome, reason.code)
        for reason in library.reasons.values()
        for service, outcome in _resolved_by(reason)
    )


def pend_endings(library: Library) -> tuple[LineEnding, ...]:
    """The ways in which a line can pend."""
    return tuple(ending for ending in endings(library) if ending.outcome == "pended")


def known_labels(library: Library) -> Mapping[str, tuple[Labels, ...]]:
    """The labels of every counter that is exported from the start, at 0."""
    return {
        counters.EVENTS: tuple(
            product((*EVENT_TYPES, UNKNOWN_EVENT_TYPE), get_args(counters.Result))
        ),
        counters.DETERMINATIONS: tuple(_determinations(library)),
        counters.LINES_CURRENT: tuple(
            (*ending, line_of_business)
            for ending, line_of_business in product(endings(library), LINES_OF_BUSINESS)
        ),
        counters.FINDINGS: tuple(product(registry.NAMES, Truth)),
        counters.STAMPED_AHEAD: tuple((event_type,) for event_type in EVENT_TYPES),
        counters.CLAIM_ID_REUSED: ((),),
        counters.FENCED_COMMITS: ((),),
        counters.RETRIES: tuple((cause,) for cause in get_args(counters.RetryCause)),
        counters.EVENT_AGE: ((),),
        counters.BATCH_EVENTS: ((),),
        counters.STAGE: tuple((stage,) for stage in get_args(counters.Stage)),
    }


LINES_OF_BUSINESS: Final = (*get_args(LineOfBusiness), "unknown")


def _resolved_by(reason: Reason) -> tuple[tuple[Service, Outcome], ...]:
    """A criterion's reason denies if it has a group code; otherwise the line pends."""
    if reason.code in _OF_NO_CRITERION:
        return _OF_NO_CRITERION[reason.code]
    outcome: Outcome = "denied" if reason.group else "pended"
    services = _BOTH if reason.criterion == "pet_exclusivity" else _BOTH[:1]
    return tuple((service, outcome) for service in services)


def _determinations(library: Library) -> Iterator[Labels]:
    versions = (*(version.version for version in library.versions), counters.NO_VERSION)
    for ending, change, line_of_business, version in product(
        endings(library), get_args(Change), LINES_OF_BUSINESS, versions
    ):
        yield *ending, change, line_of_business, version
