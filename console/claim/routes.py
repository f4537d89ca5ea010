"""The address of a claim's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.access.guards import viewed
from console.claim.changes import ChangesView, changes_view, extent_of
from console.claim.picture import picture
from console.claim.policy_words import policy_words
from console.claim.timeline_table import entries, kinds, person_words
from console.claim.view import ClaimLineView, line_view, summaries
from console.deciding.leases import lease_holders
from console.page import Page
from console.stored_letters import letters_of
from worker.dead_letters.warnings import put_aside
from worker.determinations.read import members_with
from worker.events.fields import is_identifier
from worker.explain.billed_lines import billed_in
from worker.explain.claim_history import (
    ClaimHistory,
    NoneFound,
    NoSuchClaim,
    SeveralMembers,
    claim_in_redis,
    only_member,
)
from worker.explain.timeline import member_timeline
from worker.store.keys import Keys

_CHANGING = ("denied", "pended")


def routes() -> list[Route]:
    """One page: which claim and line it is of stands in the query."""
    return [Route("/claim", show)]


@viewed("claim")
def show(request: Request) -> Response:
    """A claim, with one of its lines in full."""
    page = Page.of(request)
    asked = request.query_params
    claim_id, member_id = asked.get("claim", ""), asked.get("member") or None
    if not is_identifier(claim_id) or (member_id is not None and not is_identifier(member_id)):
        return _none(page, claim_id)
    try:
        page, known = _found(page, claim_id, member_id)
    except NoneFound:
        return _none(page, claim_id, is_archived=True)
    except NoSuchClaim:
        return _none(page, claim_id)
    except SeveralMembers as several:
        return page.render("claim/several.html", claim_id=claim_id, members=several.members)
    number = _line_in(asked.get("line", ""), known)
    return page.render("claim/claim.html", **_values(page, known, number))


def _found(page: Page, claim_id: str, member_id: str | None) -> tuple[Page, ClaimHistory]:
    """The claim, with the page in the shard of its member."""
    if member_id is None:
        members = sorted(
            member
            for each in page.every
            for member in members_with(each.redis, Keys(each.settings.prefix), claim_id)
        )
        member_id = only_member(members)
    page = page.of_member(member_id)
    return page, claim_in_redis(page.redis, Keys(page.settings.prefix), claim_id, member_id)


def _none(page: Page, claim_id: str, *, is_archived: bool = False) -> Response:
    return page.render("claim/none.html", 404, claim_id=claim_id, is_archived=is_archived)


def _line_in(asked: str, known: ClaimHistory) -> int:
    """The line that is asked for; else the first that waits, was denied, or is there."""
    if asked.isascii() and asked.isdigit() and int(asked[:4]) in known.lines:
        return int(asked)
    outcomes = {number: history[-1]["outcome"] for number, history in known.lines.items()}
    order = ("pended", "denied", "approved", "not_applicable")
    return min(outcomes, key=lambda number: (order.index(outcomes[number]), number))


def _values(page: Page, known: ClaimHistory, number: int) -> Mapping[str, Any]:
    history = known.lines[number]
    claim_id = history[-1]["claim_id"]
    billed = {
        line: one for (of_claim, line), one in billed_in(known.record) if of_claim == claim_id
    }
    words = policy_words(page.settings.library)
    line = line_view(history, billed.get(number), page.library, words)
    timeline = member_timeline(known.record, page.library, (claim_id, number))
    told = entries(timeline, known.member_id)
    holders = lease_holders(page.redis, page.settings.prefix, [line.case])
    return {
        "claim_id": claim_id,
        "holder": holders.get(line.case),
        "member_id": known.member_id,
        "line": line,
        "lines": summaries(known, billed),
        "study": next((one for one in told if one.is_asked), None),
        "timeline": timeline,
        "told": told,
        "person": person_words(timeline.person),
        "kinds": kinds(timeline),
        "picture": picture(timeline, told),
        "warnings": put_aside(letters_of(page), [known.member_id]),
        "absent": known.absent,
        **_changes(page, known, line),
    }


def _changes(page: Page, known: ClaimHistory, line: ClaimLineView) -> Mapping[str, Any]:
    """What would change it, where that is quick or asked for, and the law lets it be shown."""
    extent = extent_of(known)
    is_open = line.outcome in _CHANGING and not line.is_plain
    is_asked = extent == "on_demand" and page.request.query_params.get("changes") == "yes"
    changes: ChangesView | None = None
    if is_open and (extent == "at_once" or is_asked):
        named = (line.case.claim_id, line.case.line)
        changes = changes_view(known, page.library, named)
    return {"changes": changes, "extent": extent, "is_open": is_open}
