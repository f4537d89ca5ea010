"""From the form of a piece of evidence to its event at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from redis import Redis

from console.access.viewers import Viewer
from console.deciding.case_state import content_that_holds
from console.evidence.attested_claims import attested
from console.evidence.entries import OF_THE_FORM, faults_by_field, stated
from console.evidence.kinds import FormKind
from console.sending.forms import digest_of, enter, event_of, is_form_id, send, sent_form
from rules.facts import Claim
from rules.library_model import Library
from worker.config.settings import Settings
from worker.determinations.open_pends import today
from worker.events.decode import Refusal, decode
from worker.explain.claim_history import ClaimHistory, claim_in_redis
from worker.store.keys import Keys

_OVER: Final = frozenset({"SUPERSEDED", "VOIDED", "VOID_PROCESSED"})


class SentEvidence(NamedTuple):
    """It is on its way as an event."""

    event_id: str
    claim_id: str
    """The claim to look at: the new one, where the claim was sent again."""


class RefusedEvidence(NamedTuple):
    """Nothing was sent."""

    faults: Mapping[str, str]
    """By field."""


class EvidenceForm(NamedTuple):
    """A form that was sent: which, about whom, and what was typed."""

    kind: FormKind
    form_id: str
    member_id: str
    claim_id: str
    typed: Mapping[str, str]


class EvidenceDesk(NamedTuple):
    """Where and for whom evidence is entered: what sends may read no record."""

    reader: Redis
    """By the login of pages."""
    sender: Redis
    """By the login of evidence, as is what `settings` lead to."""
    settings: Settings
    library: Library
    viewer: Viewer


def submit_evidence(desk: EvidenceDesk, form: EvidenceForm) -> SentEvidence | RefusedEvidence:
    """
    Sends a form as an event; the same form again is the same event.

    Raises `MissingError` where there is no such claim, and `redis.RedisError` and `RetryableError`
    where Redis is away: nothing is lost by sending the form again.
    """
    prefix, viewer = desk.settings.prefix, desk.viewer
    history = claim_in_redis(desk.reader, Keys(prefix), form.claim_id, form.member_id)
    if not is_form_id(form.form_id):
        return RefusedEvidence({OF_THE_FORM: "This form was not made here. Send it again."})
    digest = digest_of(form.form_id, viewer.id, [*form[2:4], form.kind.name, form.typed])
    entered = sent_form(desk.sender, prefix, form.form_id, viewer.id)
    if entered is None:
        data = _data(desk.reader, form, history, digest)
        if data is None:
            said = "The claim is replaced or voided: attest on the one that holds."
            return RefusedEvidence({OF_THE_FORM: said})
        made = event_of(desk.sender, digest, form.kind.event_type, data | _entered_by(viewer))
        read = decode(made.event.encode(), desk.library.remittance)
        if isinstance(read, Refusal):
            return RefusedEvidence(faults_by_field(form.kind, read))
        entered = enter(desk.sender, prefix, form.form_id, viewer.id, made)
    if entered.digest != digest:
        said = "This form was sent before with other words. Open the form anew for more evidence."
        return RefusedEvidence({OF_THE_FORM: said})
    send(entered, desk.settings)
    read = decode(entered.event.encode(), desk.library.remittance)
    is_claim = not isinstance(read, Refusal) and isinstance(read.fact, Claim)
    claim_id = read.fact.claim_id if is_claim else form.claim_id  # type: ignore[union-attr]
    return SentEvidence(entered.event_id, claim_id)


def _data(
    redis: Redis, form: EvidenceForm, history: ClaimHistory, digest: str
) -> dict[str, Any] | None:
    """The event's data; None: the claim that it would be added to no longer holds."""
    said = stated(form.kind, form.typed)
    if form.kind.name != "attestation":
        return {"member_id": form.member_id, **said}
    claim = _live_claim(history, form.claim_id)
    if claim is None:
        return None
    return attested(claim, form.member_id, said, digest, today(redis))


def _live_claim(history: ClaimHistory, claim_id: str) -> Claim | None:
    if all(revisions[-1]["reason"] in _OVER for revisions in history.lines.values()):
        return None
    return content_that_holds(history, claim_id)


def _entered_by(viewer: Viewer) -> dict[str, Any]:
    """Who entered it; no rule looks at it."""
    return {"entered_by": viewer.id}
