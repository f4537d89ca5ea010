"""The closed sets of label values: the series that exist before anything has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple, get_args

from rules.determination import Outcome, Service
from rules.library_model import Library
from rules.member.published import UNNAMED_POLICY, Change
from rules.plans import LineOfBusiness
from rules.reasons import Reason
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


class PendPlace(NamedTuple):
    """What the lines have in common that pend in one place."""

    service: Service
    reason: str
    policy: str
    """As it is stored."""


class _Services(NamedTuple):
    """What the policies of a library call the procedures of lines."""

    decided: frozenset[Service]
    watched: frozenset[Service]

    @property
    def asked(self) -> tuple[Service, ...]:
        return tuple(sorted(self.decided | self.watched))

    @property
    def every(self) -> tuple[Service, ...]:
        return (*self.asked, _OTHER)


_OTHER: Final = "other"


def _services(library: Library) -> _Services:
    watched = {version.watched_service for version in library.versions}
    return _Services(
        frozenset(version.service for version in library.versions),
        frozenset(service for service in watched if service is not None),
    )


def _of_no_criterion(services: _Services) -> Mapping[str, tuple[tuple[Service, Outcome], ...]]:
    """Reasons that belong to no single criterion, and the outcomes they can explain."""
    decided, watched = sorted(services.decided), sorted(services.watched)
    none: Outcome = "not_applicable"
    approved: tuple[tuple[Service, Outcome], ...] = tuple(product(decided, ("approved",)))
    denied: tuple[tuple[Service, Outcome], ...] = tuple(product(services.asked, ("denied",)))
    waiting: tuple[tuple[Service, Outcome], ...] = tuple(product(services.asked, ("pended",)))
    resolved: tuple[tuple[Service, Outcome], ...] = tuple(product(services.every, (none,)))
    return {
        "CRITERIA_MET": approved,
        "REVIEWED": (*approved, *denied),
        **dict.fromkeys(
            ("REVIEW_OUTDATED", "PEER_REVIEW", "PLAN_UNKNOWN", "ORIGINAL_NOT_FOUND"), waiting
        ),
        "NO_CONFLICT": tuple(product(watched, (none,))),
        "OUT_OF_SCOPE": ((_OTHER, none),),
        **dict.fromkeys(("SUPERSEDED", "VOIDED", "VOID_PROCESSED"), resolved),
    }


def endings(library: Library) -> tuple[LineEnding, ...]:
    """Every way in which a line can be decided under a library."""
    of_none = _of_no_criterion(_services(library))
    found = (
        LineEnding(service, outcome, reason.code)
        for reason in library.reasons.values()
        for service, outcome in (of_none.get(reason.code) or _resolved_by(reason, library))
    )
    return tuple(dict.fromkeys(found))


def unnamed_policy(library: Library) -> str:
    """Of which policy of a library that is which was stored without one."""
    known = [policy.policy_id for policy in library.policies]
    return UNNAMED_POLICY if UNNAMED_POLICY in known else known[0]


def pend_places(library: Library) -> tuple[PendPlace, ...]:
    """Where lines can pend; those that were stored without a policy stand by themselves."""
    unnamed = unnamed_policy(library)
    return tuple(
        PendPlace(ending.service, ending.reason, stored_as)
        for policy_id, of_policy in _by_policy(library)
        for stored_as in dict.fromkeys(
            (policy_id, UNNAMED_POLICY) if policy_id == unnamed else (policy_id,)
        )
        for ending in endings(of_policy)
        if ending.outcome == "pended"
    )


def known_labels(library: Library) -> Mapping[str, tuple[Labels, ...]]:
    """The labels of every counter that is exported from the start, at 0."""
    return {
        counters.EVENTS: tuple(
            product((*EVENT_TYPES, UNKNOWN_EVENT_TYPE), get_args(counters.Result))
        ),
        counters.DETERMINATIONS: tuple(_determinations(library)),
        counters.LINES_CURRENT: tuple(
            (*ending, line_of_business, policy_id)
            for policy_id, of_policy in _by_policy(library)
            for ending, line_of_business in product(endings(of_policy), LINES_OF_BUSINESS)
        ),
        counters.FINDINGS: tuple(
            (criterion, answer, policy.policy_id)
            for policy in library.policies
            for criterion, answer in product(policy.sections, Truth)
        ),
        counters.STAMPED_AHEAD: tuple((event_type,) for event_type in EVENT_TYPES),
        counters.CLAIM_ID_REUSED: ((),),
        counters.FENCED_COMMITS: ((),),
        counters.RETRIES: tuple((cause,) for cause in get_args(counters.RetryCause)),
        counters.EVENT_AGE: ((),),
        counters.BATCH_EVENTS: ((),),
        counters.STAGE: tuple((stage,) for stage in get_args(counters.Stage)),
    }


LINES_OF_BUSINESS: Final = (*get_args(LineOfBusiness), "unknown")


def _resolved_by(reason: Reason, library: Library) -> Iterator[tuple[Service, Outcome]]:
    """A criterion's reason denies if it has a group code; otherwise the line pends."""
    outcome: Outcome = "denied" if reason.group else "pended"
    for version in library.versions:
        for row in version.criteria:
            gives = row.name == reason.criterion
            for service in (version.service, version.watched_service) if gives else ():
                is_walked = row.ask is None or service == version.service
                if service in row.services and is_walked:
                    yield str(service), outcome


def _by_policy(library: Library) -> Iterator[tuple[str, Library]]:
    """The library with each of its policies alone."""
    for policy in library.policies:
        yield policy.policy_id, replace(library, policies=(policy,))


def _determinations(library: Library) -> Iterator[Labels]:
    for policy_id, alone in _by_policy(library):
        versions = (*(version.version for version in alone.versions), counters.NO_VERSION)
        for ending, change, line_of_business, version in product(
            endings(alone), get_args(Change), LINES_OF_BUSINESS, versions
        ):
            yield *ending, change, line_of_business, version, policy_id
