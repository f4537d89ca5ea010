"""The addresses of the worklist."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.access.guards import submitted, viewed
from console.deciding.cases import Case
from console.deciding.leases import take
from console.deciding.routes import desk_of
from console.deciding.submissions import Desk
from console.page import Page
from console.worklist.filters import DUE, WHO, WorkFilter, filter_in
from console.worklist.open_work import OpenShard, Worklist, WorkPage
from console.worklist.rows import label_of, row
from worker.determinations.open_pends import today as today_by
from worker.events.fields import is_identifier
from worker.explain.known_claims import known_lines
from worker.failures import MissingError
from worker.store.keys import Keys

_TRIES_MAX = 50
"""So many lines are looked at for one that the person may decide."""
_PAGE_DIGITS_MAX = 6


def routes() -> list[Route]:
    """The list, and taking what is most urgent of it."""
    return [Route("/worklist", show), Route("/worklist/next", take_next, methods=["POST"])]


@viewed("worklist")
def show(request: Request) -> Response:
    """What is pended, and who has it."""
    page = Page.of(request)
    chosen = filter_in(request.query_params)
    number = _number_in(request.query_params.get("page", ""))
    shards = _shards(page)
    today = today_by(shards[0].redis)
    found = _worklist(page).page(shards, chosen, number, page.viewer.id, today)
    return page.render(
        "worklist/worklist.html",
        chosen=chosen,
        found=found,
        today=today,
        rows=[row(shown, page.library, page.viewer.id, today) for shown in found.shown],
        due=DUE,
        who=WHO,
        known=_also_known(page, chosen),
        nothing_free=request.query_params.get("none") == "yes",
        **_choices(page, found),
    )


@submitted("take the next")
def take_next(request: Request) -> Response:
    """Takes the most urgent line of what was selected that nobody has, and shows its claim."""
    page = Page.of(request)
    chosen = filter_in({name: str(value) for name, value in page.form.items()})
    case = _taken(page, chosen)
    if case is None:
        return RedirectResponse(f"/worklist?{chosen.query(none='yes')}", 303)
    return RedirectResponse(f"/claim?{case.query}", 303)


def _taken(page: Page, chosen: WorkFilter) -> Case | None:
    """One that the person may not approve and deny is left; where somebody is quicker, too."""
    shards = _shards(page)
    free = _worklist(page).free(shards, chosen, today_by(shards[0].redis))
    for case in islice(free, _TRIES_MAX):
        desk = desk_of(page.of_member(case.member_id))
        if _may_be_decided(desk, case):
            lease = take(desk.redis, desk.prefix, case, page.viewer.id)
            if lease.holder == page.viewer.id:
                return case
    return None


def _may_be_decided(desk: Desk, case: Case) -> bool:
    try:
        _, terms = desk.standing(case)
    except MissingError:
        return False
    return terms.refused is None and not terms.why_not


def _choices(page: Page, found: WorkPage) -> Mapping[str, Any]:
    """What can be selected, with how much there is of it."""
    totals = found.totals
    return {
        "reasons": [
            (reason, label_of(reason, page.library), count) for reason, count in totals.by_reason
        ],
        "plans": totals.by_plan,
        "policies": totals.by_policy,
        "several_policies": len(page.library.policies) > 1,
    }


def _also_known(page: Page, chosen: WorkFilter) -> Mapping[str, Any]:
    """Claims on record that a search names by the whole id, whatever became of them."""
    if not is_identifier(chosen.search) or chosen.day_searched is not None:
        return {"lines": ()}
    found = [
        line
        for each in page.every
        for line in known_lines(each.redis, Keys(each.settings.prefix), chosen.search)
    ]
    cases = [(Case(one.member_id, one.claim_id, one.line), one.billed) for one in found]
    return {"lines": cases}


def _shards(page: Page) -> list[OpenShard]:
    return [OpenShard(each.shard, each.redis, each.settings.prefix) for each in page.every]


def _number_in(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS_MAX
    return int(text) if is_number else 1


def _worklist(page: Page) -> Worklist:
    """One for each console: what it remembers lasts as long as the console."""
    state = page.request.app.state
    if not hasattr(state, "worklist"):
        logins = page.parts.logins
        state.worklist = Worklist(
            [logins.settings("view", number).prefix for number in range(logins.shards)],
            page.library,
        )
    found: Worklist = state.worklist
    return found
