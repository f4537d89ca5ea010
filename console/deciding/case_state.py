"""What is known of a case before somebody decides it: determinations, plan, persons, lease."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple, cast

from redis import Redis

from console.deciding.cases import Case
from console.deciding.kept_decisions import KeptDecisions, kept_of
from console.deciding.leases import CaseLease, lease_of
from console.sending.tracks import fate_in
from rules.facts import Claim
from rules.library_model import Library
from rules.plans import DenialMode, Plan
from worker.determinations.data import Data
from worker.determinations.publish import determination_id
from worker.explain.claim_history import ClaimHistory, claim_in_redis
from worker.failures import MissingError
from worker.store.keys import Keys

_UNDERWAY_SECONDS: Final = 3600
"""How long a decision that no worker applies keeps others from deciding the case."""


class NoSuchCase(MissingError):
    """The claim is known, but has no such line."""


class CaseState(NamedTuple):
    """A case as it stands."""

    case: Case
    revisions: tuple[Data, ...]
    """All determinations of the line, in order; the last one holds."""
    record_version: int
    """How many events the member's record holds."""
    claim: Claim | None
    """The content that holds; None: only unused contents have the line."""
    plan: Plan | None
    """Its terms on the date of service; None: the library does not know the plan."""
    mode: DenialMode | None
    """Who may make a clinical denial of it; None where the plan is not known."""
    reviewers: frozenset[str]
    """Who has decided the line before, as far as reviews name them."""
    kept: KeptDecisions | None
    """Decisions of the determination that holds, which wait for another person."""
    outdated: KeptDecisions | None
    """Such decisions of an earlier determination: they no longer count."""
    lease: CaseLease | None
    underway: str | None
    """The id of the event of a decision that no worker has applied yet; None: there is none."""

    @property
    def latest(self) -> Data:
        """The determination that holds."""
        return self.revisions[-1]

    @property
    def determination(self) -> str:
        """The id of the determination that holds."""
        return id_of(self.latest)


def id_of(data: Data) -> str:
    """The id of the event of a determination."""
    return determination_id(data["member_id"], data["claim_id"], data["line"], data["revision"])


def case_state_of(redis: Redis, prefix: str, library: Library, case: Case) -> CaseState:
    """
    Reads a case.

    Raises `worker.failures.MissingError` where there is none, and `redis.RedisError` and
    `RetryableError` where Redis is away.
    """
    history = claim_in_redis(redis, Keys(prefix), case.claim_id, case.member_id)
    revisions = history.lines.get(case.line)
    if not revisions:
        raise NoSuchCase("The claim has no such line.")
    claim = content_that_holds(history, case.claim_id)
    plan = _terms_on(library, claim, case)
    kept = kept_of(redis, prefix, case)
    holds = kept is not None and kept.determination == id_of(revisions[-1])
    return CaseState(
        case=case,
        revisions=tuple(revisions),
        record_version=history.record.version,
        claim=claim,
        plan=plan,
        mode=library.denial_mode(plan, claim.received_at) if plan and claim else None,
        reviewers=_reviewers(history, case),
        kept=kept if holds else None,
        outdated=None if holds else kept,
        lease=lease_of(redis, prefix, case),
        underway=_underway(redis, prefix, case, history),
    )


def note_underway(redis: Redis, prefix: str, case: Case, event_id: str) -> None:
    """Remembers that a decision is sent, until a worker has applied it. Raises `RedisError`."""
    redis.set(underway_key(prefix, case), event_id, ex=_UNDERWAY_SECONDS)


def underway_key(prefix: str, case: Case) -> str:
    """String with expiry: the event of the last decision of a case that was sent from here."""
    return f"{prefix}:console:underway:{case.name}"


def _underway(redis: Redis, prefix: str, case: Case, history: ClaimHistory) -> str | None:
    sent = cast("bytes | None", redis.get(underway_key(prefix, case)))
    if sent is None:
        return None
    event_id = sent.decode()
    return event_id if fate_in(redis, prefix, history, event_id) == "on_its_way" else None


def content_that_holds(history: ClaimHistory, claim_id: str) -> Claim | None:
    """Of a claim id with several contents the earliest (`rules.md` 2)."""
    contents = [each for each in history.record.claims if each[1].claim_id == claim_id]
    if not contents:
        return None
    _, claim = min(
        contents, key=lambda each: (each[1].received_at, each[0].time, each[0].id, each[0].source)
    )
    return claim


def _terms_on(library: Library, claim: Claim | None, case: Case) -> Plan | None:
    on = _date_of_service(claim, case)
    plan = None if claim is None else library.plans.get(claim.plan_id)
    return None if plan is None else plan if on is None else plan.on(on)


def _date_of_service(claim: Claim | None, case: Case) -> date | None:
    lines = () if claim is None else claim.lines
    return next((line.date_of_service for line in lines if line.number == case.line), None)


def _reviewers(history: ClaimHistory, case: Case) -> frozenset[str]:
    return frozenset(
        review.reviewer_id
        for _, review in history.record.reviews
        if (review.claim_id, review.line) == (case.claim_id, case.line)
        and review.reviewer_id is not None
    )
