"""Pages of the library, to read: the policy beside its reading, plans, codes."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.access.guards import viewed
from console.library_pages.shelf import NoSuchVersion, Shelf, shelf_of, versions_of
from console.page import Page
from worker.library_views.code_answers import CodeAnswer, code_answer
from worker.library_views.elements import contents
from worker.library_views.html import style
from worker.library_views.library_body import (
    answer_body,
    authorities_body,
    codes_body,
    plans_body,
)
from worker.library_views.reading_body import (
    change_table,
    jurisdiction_table,
    links_of,
    opening,
    persons_table,
    reading_body,
    title_of,
)

CODES_MAX: Final = 200
"""The most codes that are listed for what was typed."""

_CODE: Final = re.compile(r"[A-Z0-9]{1,3}(\.[A-Z0-9]{0,4})?|[A-Z0-9]{4,5}")


def routes() -> list[Route]:
    """The pages, and the style sheet that they share with the one file of `library show`."""
    return [
        Route("/library", policy),
        Route("/library/plans", plans),
        Route("/library/codes", codes),
        Route("/static/library.css", stylesheet),
    ]


def stylesheet(request: Request) -> Response:
    """How what `worker/library_views/` writes looks."""
    del request
    return Response(style("library"), media_type="text/css")


@viewed("library")
def policy(request: Request) -> Response:
    """The policy beside its reading."""
    page = Page.of(request)
    try:
        shelf = _shelf(page)
    except NoSuchVersion:
        return _no_version(page)
    reading = shelf.reading
    return page.render(
        "library_pages/policy.html",
        title=title_of(reading),
        policy=shelf.policy,
        policies=shelf.policies,
        versions=shelf.versions,
        opening=_html(opening(reading)),
        links=_html(contents(links_of(reading))),
        body=_html(reading_body(reading)),
    )


@viewed("library plans")
def plans(request: Request) -> Response:
    """Plans, authorities, jurisdictions, and the change log."""
    page = Page.of(request)
    reading = shelf_of(page.settings, page.library).reading
    return page.render(
        "library_pages/plans.html",
        plans=_html(plans_body(page.library)),
        authorities=_html(authorities_body(page.library)),
        jurisdictions=_html(jurisdiction_table(reading)),
        persons=_html(persons_table(reading)),
        changes=_html(change_table(reading.changes)),
    )


@viewed("library codes", kind="search")
def codes(request: Request) -> Response:
    """Why a code is in, out or held; the codes of each purpose."""
    page = Page.of(request)
    try:
        shelf = _shelf(page)
    except NoSuchVersion:
        return _no_version(page)
    typed = request.query_params.get("code", "").strip().upper()
    is_code = bool(_CODE.fullmatch(typed))
    answer = code_answer(typed, shelf.book, page.library) if is_code else None
    return page.render(
        "library_pages/codes.html",
        policy=shelf.policy,
        policies=shelf.policies,
        typed=typed[:20],
        is_code=is_code,
        answer=answer,
        answer_body=_html(answer_body(answer)) if answer else "",
        found=_beginning(typed, shelf, page) if is_code else [],
        most=CODES_MAX,
        body="" if typed else _html(codes_body(shelf.book)),
    )


def _beginning(typed: str, shelf: Shelf, page: Page) -> list[CodeAnswer]:
    """What is said of each code that begins with what was typed."""
    found = shelf.book.beginning(typed, CODES_MAX)
    answers = (code_answer(each, shelf.book, page.library) for each in found if each != typed)
    return [answer for answer in answers if answer is not None]


def _shelf(page: Page) -> Shelf:
    typed = page.request.query_params
    return shelf_of(page.settings, page.library, typed.get("policy"), typed.get("version"))


def _no_version(page: Page) -> Response:
    return page.render("library_pages/no_version.html", 404, versions=versions_of(page.library))


def _html(made: str) -> Markup:
    """HTML that `worker/library_views/` has made of the library, and has escaped."""
    return Markup(made)  # noqa: S704  # as the docstring says
