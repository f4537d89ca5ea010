"""The pages on which cases are taken and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, assert_never
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.access.guards import submitted, viewed
from console.access.viewers import REVIEWER, SENIOR, Role
from console.deciding.case_state import CaseState
from console.deciding.cases import Case, case_in
from console.deciding.changes import CaseChange, changes_since
from console.deciding.entries import REASON_CHARACTERS_MAX, DecisionEntry, entry_in
from console.deciding.kept_decisions import withdraw
from console.deciding.leases import CaseLease, release, take
from console.deciding.remittance_offer import codes_on
from console.deciding.submissions import (
    Desk,
    KeptForAnother,
    NotDecided,
    SentDecision,
    SentOtherwise,
    decide,
)
from console.deciding.terms import DecisionTerms
from console.page import Page
from console.sending.forms import new_form_id
from console.sending.tracks import awaited
from worker.determinations.open_pends import today
from worker.failures import MissingError

DECIDERS: Final[tuple[Role, ...]] = (REVIEWER, SENIOR)
_PATIENCE_SECONDS: Final = 3.0
"""How long a page waits for a worker before it says that a decision is on its way."""

_WHY: Final = {
    "not_permitted": "Nothing was sent.",
    "held_by_another": "Nothing was sent: somebody else has this case now.",
    "stale": "Nothing was sent: the case has changed since you opened the form. What you typed is "
    "still below. Look at what changed, and send it again if it still holds.",
    "faulty": "",
}
_STATUS: Final = {"not_permitted": 403, "held_by_another": 409, "stale": 409, "faulty": 422}
_SENT_OTHERWISE: Final = (
    "This form was sent before with other words. What was sent then stands, and nothing more was "
    "sent now."
)


class _Said(NamedTuple):
    """What the page of a case says of the form that was sent."""

    status: int = 200
    notice: str = ""
    faults: Mapping[str, str] = {}
    changes: tuple[CaseChange, ...] = ()


_NOTHING_SAID: Final = _Said()


def routes() -> list[BaseRoute]:
    """The pages of deciding."""
    return [
        Route("/decide", show, methods=["GET"]),
        Route("/decide", send_decision, methods=["POST"]),
        Route("/decide/take", take_case, methods=["POST"]),
        Route("/decide/release", give_back, methods=["POST"]),
        Route("/decide/withdraw", withdraw_first, methods=["POST"]),
        Route("/decide/sent", show_sent, methods=["GET"]),
    ]


def asked_case(request: Request) -> Case:
    """The case that the address names; an address that names none is no page."""
    case = case_in(request.query_params)
    if case is None:
        raise HTTPException(404)
    return case


def page_and_case(request: Request) -> tuple[Page, Case]:
    """The case that the address names, and the page in its member's shard."""
    case = asked_case(request)
    return Page.of(request).of_member(case.member_id), case


def desk_of(page: Page) -> Desk:
    """Where and for whom this request decides, in the shard that the page is of."""
    return Desk(page.redis, page.settings, page.library, page.viewer)


@viewed("decide", roles=DECIDERS, login="decide")
def show(request: Request) -> Response:
    """A case with its form, for whoever has it; others read it."""
    page, case = page_and_case(request)
    desk = desk_of(page)
    standing, terms = _read(desk, case)
    if standing.lease is not None and standing.lease.holder == page.viewer.id:
        take(desk.redis, desk.prefix, case, page.viewer.id)
    return _case_page(page, standing, terms, DecisionEntry(form_id=new_form_id()))


@submitted("decide", roles=DECIDERS)
def send_decision(request: Request) -> Response:
    """Takes a decision."""
    page, case = page_and_case(request)
    entry = entry_in({name: str(value) for name, value in page.form.items()})
    desk = desk_of(page)
    try:
        result = decide(desk, case, entry)
    except MissingError:
        raise HTTPException(404) from None
    match result:
        case SentDecision(event_id):
            return _to_sent(case, event_id)
        case KeptForAnother():
            return RedirectResponse(f"/decide?{case.query}", 303)
        case SentOtherwise():
            standing, terms = _read(desk, case)
            again = entry._replace(form_id=new_form_id())
            return _case_page(page, standing, terms, again, _Said(409, _SENT_OTHERWISE))
        case NotDecided():
            return _not_decided(page, result, entry)
        case never:
            assert_never(never)


@submitted("take", roles=DECIDERS)
def take_case(request: Request) -> Response:
    """Takes a case, unless another has it or the person may not decide it."""
    page, case = page_and_case(request)
    desk = desk_of(page)
    _, terms = _read(desk, case)
    if terms.refused is None:
        take(desk.redis, desk.prefix, case, page.viewer.id)
    return RedirectResponse(f"/decide?{case.query}", 303)


@submitted("release", roles=DECIDERS)
def give_back(request: Request) -> Response:
    """Gives a case back, if the person still has it by the same taking."""
    page, case = page_and_case(request)
    lease = CaseLease(page.viewer.id, str(page.form.get("token", "")), 0)
    release(page.redis, page.settings.prefix, case, lease)
    return RedirectResponse(f"/decide?{case.query}", 303)


@submitted("withdraw", roles=DECIDERS)
def withdraw_first(request: Request) -> Response:
    """Takes back one's own first decision, as long as no second person has decided."""
    page, case = page_and_case(request)
    withdraw(page.redis, page.settings.prefix, case, page.viewer.id)
    return RedirectResponse(f"/decide?{case.query}", 303)


@viewed("decided", roles=DECIDERS, login="decide")
def show_sent(request: Request) -> Response:
    """What became of a decision that was sent."""
    page, case = page_and_case(request)
    event_id = request.query_params.get("event", "")
    track = awaited(
        page.redis,
        page.settings.prefix,
        case.member_id,
        case.claim_id,
        event_id,
        _PATIENCE_SECONDS,
    )
    again = f"/decide/sent?{case.query}&{urlencode({'event': event_id})}"
    return page.render("deciding/sent.html", case=case, track=track, again=again)


def _read(desk: Desk, case: Case) -> tuple[CaseState, DecisionTerms]:
    try:
        return desk.standing(case)
    except MissingError:
        raise HTTPException(404) from None


def _to_sent(case: Case, event_id: str) -> Response:
    return RedirectResponse(f"/decide/sent?{case.query}&{urlencode({'event': event_id})}", 303)


def _not_decided(page: Page, result: NotDecided, entry: DecisionEntry) -> Response:
    standing, terms = _read(desk_of(page), result.standing.case)
    changes = (
        changes_since(standing, entry.determination, entry.record_version)
        if result.why == "stale"
        else ()
    )
    faults = dict(result.faults)
    if "form" in faults:
        entry = entry._replace(form_id=new_form_id())
    said = _Said(_STATUS[result.why], _WHY[result.why], faults, changes)
    return _case_page(page, standing, terms, entry, said)


def _case_page(
    page: Page,
    standing: CaseState,
    terms: DecisionTerms,
    entry: DecisionEntry,
    said: _Said = _NOTHING_SAID,
) -> Response:
    return page.render(
        "deciding/case.html",
        said.status,
        standing=standing,
        terms=terms,
        entry=entry,
        lease=standing.lease,
        notice=said.notice,
        faults=said.faults,
        changes=said.changes,
        reason_max=REASON_CHARACTERS_MAX,
        offered=codes_on(page.library, today(page.redis)),
    )
