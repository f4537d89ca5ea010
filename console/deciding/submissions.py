"""
From the form of a decision to what becomes of it: sent, kept for another person, or refused.

The case's lease is taken first and everything is read after that, so that nobody else decides here
between what is read and what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

import msgspec
from redis import Redis

from console.access.viewers import Viewer
from console.deciding.case_state import CaseState, case_state_of, note_underway
from console.deciding.cases import Case
from console.deciding.deciders import deciders_of, note_deciders
from console.deciding.entries import DecisionEntry, decision_of, faults_of
from console.deciding.kept_decisions import (
    KeptDecisions,
    PersonsDecision,
    WaitsFor,
    replace_kept,
)
from console.deciding.leases import CaseLease, release, take
from console.deciding.samples import SampledLine, draw, is_sampled
from console.deciding.terms import DecisionTerms, terms_of
from console.sending.forms import SentForm, digest_of, enter, event_of, send, sent_form
from rules.library_model import Library
from worker.config.settings import Settings
from worker.determinations.open_pends import today

REVIEW: Final = "review.completed.v1"


class SentDecision(NamedTuple):
    """It is on its way as an event."""

    event_id: str


class KeptForAnother(NamedTuple):
    """It is kept until another person has decided."""

    waits_for: WaitsFor


class SentOtherwise(NamedTuple):
    """The form was sent before with other words; what was sent then stands."""

    event_id: str


class NotDecided(NamedTuple):
    """Nothing was sent or kept."""

    standing: CaseState
    terms: DecisionTerms
    why: Literal["not_permitted", "held_by_another", "stale", "faulty"]
    faults: Mapping[str, str] = {}
    """By field, where it is faulty."""


DecisionResult = SentDecision | KeptForAnother | SentOtherwise | NotDecided


class Desk(NamedTuple):
    """Where and for whom decisions are taken."""

    redis: Redis
    settings: Settings
    library: Library
    viewer: Viewer

    @property
    def prefix(self) -> str:
        """Of the installation's keys."""
        return self.settings.prefix

    def standing(self, case: Case) -> tuple[CaseState, DecisionTerms]:
        """A case as it stands, and what the viewer may do with it."""
        standing = case_state_of(self.redis, self.prefix, self.library, case)
        deciders = deciders_of(self.redis, self.prefix, case)
        return standing, terms_of(standing, self.viewer, deciders)


def decide(desk: Desk, case: Case, entry: DecisionEntry) -> DecisionResult:
    """
    Takes a form; the same form again, even at the same time, ends in the same.

    Raises `MissingError` where there is no such case, and `redis.RedisError` and `RetryableError`
    where Redis is away: nothing is lost by sending the form again.
    """
    lease = take(desk.redis, desk.prefix, case, desk.viewer.id)
    standing, terms = desk.standing(case)
    digest = digest_of(entry.form_id, desk.viewer.id, {"case": case, **entry._asdict()})
    earlier = sent_form(desk.redis, desk.prefix, entry.form_id, desk.viewer.id)
    if earlier is not None:
        return _sent(desk, standing, lease, earlier, digest, entry.determination)
    kept = _kept_by(standing.kept, entry.form_id)
    if kept is not None:
        return KeptForAnother(kept.waits_for)
    refused = _refusal(desk, standing, terms, lease, entry)
    if refused is not None:
        return refused
    decision = decision_of(entry, terms, desk.viewer)
    step = _next_step(standing, terms, decision)
    if isinstance(step, KeptDecisions):
        return _keep(desk, standing, terms, lease, step)
    data = _review(case, step)
    form = event_of(desk.redis, digest, REVIEW, data)
    entered = enter(desk.redis, desk.prefix, entry.form_id, desk.viewer.id, form)
    if entered.digest == digest:
        _note(desk, standing, step, entered)
    return _sent(desk, standing, lease, entered, digest, entry.determination)


class _Agreed(NamedTuple):
    """What is sent: one person's decision, and what others decided of the same determination."""

    decision: PersonsDecision
    others: tuple[PersonsDecision, ...]


def _next_step(
    standing: CaseState, terms: DecisionTerms, decision: PersonsDecision
) -> _Agreed | KeptDecisions:
    kept = standing.kept
    if kept is None:
        if terms.needs_second and decision.decision == "denied":
            return KeptDecisions(standing.determination, decision)
        return _Agreed(decision, ())
    if kept.second is not None:
        return _Agreed(decision, (kept.first, kept.second))
    if decision.decision == kept.first.decision:
        return _Agreed(kept.first, (decision,))
    return KeptDecisions(kept.determination, kept.first, decision)


def _refusal(
    desk: Desk,
    standing: CaseState,
    terms: DecisionTerms,
    lease: CaseLease,
    entry: DecisionEntry,
) -> NotDecided | None:
    if lease.holder != desk.viewer.id:
        return NotDecided(standing, terms, "held_by_another")
    if terms.refused is not None:
        release(desk.redis, desk.prefix, standing.case, lease)
    made_from = entry.determination, entry.record_version
    if made_from != (standing.determination, str(standing.record_version)):
        return NotDecided(standing, terms, "stale")
    if terms.refused is not None:
        return NotDecided(standing, terms, "not_permitted")
    faults = faults_of(entry, terms, desk.library, today(desk.redis))
    return NotDecided(standing, terms, "faulty", faults) if faults else None


def _keep(
    desk: Desk,
    standing: CaseState,
    terms: DecisionTerms,
    lease: CaseLease,
    now: KeptDecisions,
) -> DecisionResult:
    known = standing.kept or standing.outdated
    if not replace_kept(desk.redis, desk.prefix, standing.case, known, now):
        return NotDecided(standing, terms, "stale")
    release(desk.redis, desk.prefix, standing.case, lease)
    return KeptForAnother(now.waits_for)


def _note(desk: Desk, standing: CaseState, step: _Agreed, form: SentForm) -> None:
    """What has to be known before the event is at the door."""
    persons = sorted({step.decision.by, *(other.by for other in step.others)})
    note_deciders(desk.redis, desk.prefix, standing.case, persons)
    one_in = standing.plan.review.quality_sample_one_in if standing.plan else None
    if is_sampled(standing.determination, one_in):
        time = msgspec.json.decode(form.event, type=_Timed).time
        line = SampledLine(
            standing.case[:3],
            standing.determination,
            step.decision.decision,
            tuple(persons),
            time,
        )
        draw(desk.redis, desk.prefix, line)
    note_underway(desk.redis, desk.prefix, standing.case, form.event_id)


class _Timed(msgspec.Struct):
    time: str


def _sent(
    desk: Desk,
    standing: CaseState,
    lease: CaseLease,
    entered: SentForm,
    digest: str,
    determination: str,
) -> SentDecision | SentOtherwise:
    """
    Sends what was entered, by this request or by an earlier one of the same form.

    What was kept of the `determination` that the form was made from is done with; what is kept of a
    later one is not this form's.
    """
    if entered.digest != digest:
        return SentOtherwise(entered.event_id)
    send(entered, desk.settings)
    known = standing.kept or standing.outdated
    if known is not None and known.determination == determination:
        replace_kept(desk.redis, desk.prefix, standing.case, known, None)
    if lease.holder == desk.viewer.id:
        release(desk.redis, desk.prefix, standing.case, lease)
    return SentDecision(entered.event_id)


def _kept_by(kept: KeptDecisions | None, form_id: str) -> KeptDecisions | None:
    """What is kept, if a form has become a part of it."""
    if kept is None:
        return None
    parts = (kept.first, kept.second)
    return kept if any(part is not None and part.form_id == form_id for part in parts) else None


def _review(case: Case, agreed: _Agreed) -> dict[str, Any]:
    """The data of the event; `also_decided` is not looked at by any rule."""
    decision = agreed.decision
    data: dict[str, Any] = {
        "member_id": case.member_id,
        "claim_id": case.claim_id,
        "line": case.line,
        "decision": decision.decision,
        "reason": decision.reason,
        "level": decision.level,
        **_person(decision),
    }
    if decision.carc is not None:
        data |= {"carc": decision.carc, "rarc": list(decision.rarc or ())}
    if agreed.others:
        data["also_decided"] = [
            {"decision": each.decision, "reason": each.reason, **_person(each)}
            for each in agreed.others
        ]
    return data


def _person(decision: PersonsDecision) -> dict[str, str]:
    named = {"reviewer_id": decision.by, "reviewer_role": decision.role}
    return named if decision.credential is None else named | {"credential": decision.credential}
