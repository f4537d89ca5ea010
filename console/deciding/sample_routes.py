"""The pages of the quality sample: what waits, one line to judge blind, and how often all agree."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.access.guards import submitted, viewed
from console.access.viewers import AUDITOR, SENIOR
from console.deciding.case_state import content_that_holds, id_of
from console.deciding.entries import REASON_CHARACTERS_MAX, DecisionEntry, entry_in, words_fault
from console.deciding.routes import DECIDERS, asked_case, page_and_case
from console.deciding.samples import (
    JudgedTwice,
    SampledLine,
    SecondJudgement,
    judge,
    read_sample,
    sampled,
)
from console.deciding.terms import reviewer_role_of
from console.page import Page
from rules.facts import Claim
from worker.explain.claim_history import claim_in_redis
from worker.failures import MissingError
from worker.store.keys import Keys


def routes() -> list[BaseRoute]:
    """The pages of the quality sample."""
    return [
        Route("/sample", show_waiting, methods=["GET"]),
        Route("/sample/judge", show_line, methods=["GET"]),
        Route("/sample/judge", record, methods=["POST"]),
        Route("/sample/agreement", show_agreement, methods=["GET"]),
    ]


@viewed("sample", roles=DECIDERS, login="decide")
def show_waiting(request: Request) -> Response:
    """The lines that wait for somebody who has not decided them."""
    page = Page.of(request)
    waiting, _ = _sample(page)
    return page.render(
        "deciding/sample.html",
        waiting=[line for line in waiting if page.viewer.id not in line.deciders],
        may_see_agreement=page.viewer.role == SENIOR,
    )


@viewed("sample line", roles=DECIDERS, login="decide")
def show_line(request: Request) -> Response:
    """A line as the persons had it who decided it; what they decided is not shown."""
    page, _ = page_and_case(request)
    return _line_page(page, _line_to_judge(page), DecisionEntry(), {})


@submitted("sample line", roles=DECIDERS)
def record(request: Request) -> Response:
    """Records what the second person says; the first to say it is the one who counts."""
    page, _ = page_and_case(request)
    line = _line_to_judge(page)
    entry = entry_in({name: str(value) for name, value in page.form.items()})
    faults = words_fault(entry)
    if entry.decision not in ("approved", "denied"):
        faults["decision"] = "Say what you would decide."
    if faults:
        return _line_page(page, line, entry, faults)
    judgement = SecondJudgement(
        decision="approved" if entry.decision == "approved" else "denied",
        reason=entry.reason.strip(),
        by=page.viewer.id,
        role=reviewer_role_of(page.viewer),
    )
    judge(page.redis, page.settings.prefix, line.determination, judgement)
    return RedirectResponse("/sample", 303)


@viewed("sample agreement", roles=(SENIOR, AUDITOR))
def show_agreement(request: Request) -> Response:
    """How often the second person decided alike."""
    page = Page.of(request)
    waiting, judged = _sample(page)
    return page.render("deciding/agreement.html", waiting=len(waiting), judged=judged)


def _sample(page: Page) -> tuple[list[SampledLine], list[JudgedTwice]]:
    """That of all shards; each has the lines of its own members."""
    waiting: list[SampledLine] = []
    judged: list[JudgedTwice] = []
    for each in page.every:
        of_shard = read_sample(each.redis, each.settings.prefix)
        waiting += of_shard[0]
        judged += of_shard[1]
    waiting.sort(key=lambda line: line.time)
    judged.sort(key=lambda both: both.line.time)
    return waiting, judged


def _line_to_judge(page: Page) -> SampledLine:
    """The line that the address names, for somebody who has not decided it."""
    case = asked_case(page.request)
    determination = page.request.query_params.get("determination", "")
    line = sampled(page.redis, page.settings.prefix, determination)
    if line is None or line.as_case != case:
        raise HTTPException(404)
    if page.viewer.id in line.deciders:
        raise HTTPException(403)
    return line


def _line_page(
    page: Page, line: SampledLine, entry: DecisionEntry, faults: dict[str, str]
) -> Response:
    data, claim = _as_decided(page, line)
    return page.render(
        "deciding/judge.html",
        422 if faults else 200,
        line=line,
        data=data,
        claim=claim,
        entry=entry,
        faults=faults,
        reason_max=REASON_CHARACTERS_MAX,
    )


def _as_decided(page: Page, line: SampledLine) -> tuple[dict[str, Any], Claim | None]:
    """The determination that was decided; one that Redis no longer holds is no page."""
    case = line.as_case
    try:
        history = claim_in_redis(
            page.redis, Keys(page.settings.prefix), case.claim_id, case.member_id
        )
    except MissingError:
        raise HTTPException(404) from None
    for data in history.lines.get(case.line, ()):
        if id_of(data) == line.determination:
            return data, content_that_holds(history, case.claim_id)
    raise HTTPException(404)
