"""The forms by which evidence is entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.access.guards import submitted, viewed
from console.access.viewers import REVIEWER, SENIOR, Role
from console.evidence.entries import OF_THE_FORM, typed_in
from console.evidence.kinds import EVIDENCE_KINDS, FormKind
from console.evidence.submissions import (
    EvidenceDesk,
    EvidenceForm,
    RefusedEvidence,
    submit_evidence,
)
from console.page import Page
from console.sending.forms import new_form_id
from console.sending.tracks import awaited
from worker.events.fields import is_identifier
from worker.failures import MissingError

ENTERERS: Final[tuple[Role, ...]] = (REVIEWER, SENIOR)
_PATIENCE_SECONDS: Final = 3.0


class _Subject(NamedTuple):
    """Whom evidence is about."""

    member_id: str
    claim_id: str

    @property
    def query(self) -> str:
        return urlencode({"member": self.member_id, "claim": self.claim_id})


def routes() -> list[BaseRoute]:
    """The pages of evidence."""
    return [
        Route("/evidence", show_kinds, methods=["GET"]),
        Route("/evidence/sent", show_sent, methods=["GET"]),
        Route("/evidence/{kind}", show_form, methods=["GET"]),
        Route("/evidence/{kind}", send_form, methods=["POST"]),
    ]


@viewed("evidence", roles=ENTERERS)
def show_kinds(request: Request) -> Response:
    """What can be entered."""
    member_id, claim_id = subject = _subject(request)
    return Page.of(request).render(
        "evidence/kinds.html",
        member_id=member_id,
        claim_id=claim_id,
        query=subject.query,
        kinds=EVIDENCE_KINDS.values(),
    )


@viewed("evidence form", roles=ENTERERS)
def show_form(request: Request) -> Response:
    """An empty form."""
    return _form_page(Page.of(request), _kind(request), new_form_id(), {}, {})


@submitted("evidence form", roles=ENTERERS, login="evidence")
def send_form(request: Request) -> Response:
    """Sends what was entered, or shows the form again with what is wrong beside each field."""
    kind, subject = _kind(request), _subject(request)
    page = Page.of(request).of_member(subject.member_id)
    typed = typed_in(kind, {name: str(value) for name, value in page.form.items()})
    form_id = str(page.form.get("form_id", ""))
    form = EvidenceForm(kind, form_id, *subject, typed)
    try:
        result = submit_evidence(_desk_of(page), form)
    except MissingError:
        raise HTTPException(404) from None
    if isinstance(result, RefusedEvidence):
        kept = new_form_id() if OF_THE_FORM in result.faults else form_id
        return _form_page(page, kind, kept, typed, result.faults)
    looked_at = _Subject(subject.member_id, result.claim_id)
    return RedirectResponse(_sent_address(looked_at, result.event_id), 303)


@viewed("evidence sent", roles=ENTERERS)
def show_sent(request: Request) -> Response:
    """What became of evidence that was sent."""
    subject = _subject(request)
    page = Page.of(request).of_member(subject.member_id)
    event_id = request.query_params.get("event", "")
    track = awaited(page.redis, page.settings.prefix, *subject, event_id, _PATIENCE_SECONDS)
    return page.render(
        "evidence/sent.html",
        claim_id=subject.claim_id,
        query=subject.query,
        track=track,
        again=_sent_address(subject, event_id),
    )


def _desk_of(page: Page) -> EvidenceDesk:
    reader = page.parts.logins.client("view", page.shard)
    return EvidenceDesk(reader, page.redis, page.settings, page.library, page.viewer)


def _form_page(
    page: Page,
    kind: FormKind,
    form_id: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> Response:
    subject = _subject(page.request)
    return page.render(
        "evidence/form.html",
        422 if faults else 200,
        kind=kind,
        form_id=form_id,
        member_id=subject.member_id,
        claim_id=subject.claim_id,
        query=subject.query,
        typed=typed_in(kind, typed),
        faults=faults,
        labels={field.name: field.label for field in kind.fields},
    )


def _kind(request: Request) -> FormKind:
    kind = EVIDENCE_KINDS.get(request.path_params["kind"])
    if kind is None:
        raise HTTPException(404)
    return kind


def _subject(request: Request) -> _Subject:
    subject = _Subject(*(request.query_params.get(name, "") for name in ("member", "claim")))
    if not (is_identifier(subject.member_id) and is_identifier(subject.claim_id)):
        raise HTTPException(404)
    return subject


def _sent_address(subject: _Subject, event_id: str) -> str:
    return f"/evidence/sent?{subject.query}&{urlencode({'event': event_id})}"
