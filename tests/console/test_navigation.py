"""Every page is reached by links, has a title, stands in the docs, and is tried in a browser."""

from __future__ import annotations

import re
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import pytest
from starlette.routing import Match
from starlette.testclient import TestClient

from console.access.viewers import ALL_ROLES, AUDITOR, REVIEWER, SENIOR, Role
from console.app import all_routes
from console.deciding import routes as deciding
from console.evidence import routes as evidence
from console.navigation import LINKS
from tests.console.browser import test_barriers
from tests.console.security.every_page import PAGES, filled
from tests.support.console_day import ConsoleDay
from tests.support.sources import text_of

FILES: Final = {"/letter/file", "/report.csv"}
"""What a browser saves: it has no title, and no links."""
NOT_BY_LINKS: Final = {
    "/decide/sent",  # the form of a case leads there
    "/evidence/sent",  # so does the form of what was entered
    "/sample/judge",  # no line of the sample day is in the sample
}
OF_THE_DOCS: Final = dict(
    re.findall(r"^\| `(/[^`]*)` \| .+ \| ([a-z, ]+) \|$", text_of("docs/console.md"), re.MULTILINE)
)
"""The pages in the table of docs/console.md, with who may open each."""
LINE: Final = "claim=CLM-2025-0456&member=M-006&line=1"

_TITLE: Final = re.compile(r"<title>(.+) \S MRS console</title>")


class Opened(NamedTuple):
    """One address that a link led to."""

    status: int
    text: str


@pytest.fixture(scope="module")
def opened(console_day: ConsoleDay) -> dict[str, Opened]:
    """Each page that links lead to from the start, for one role or another, opened once."""
    found: dict[str, Opened] = {}
    for role in (SENIOR, AUDITOR, REVIEWER):
        _open_all(console_day.logged_in(role), found)
    return found


def test_every_page_is_reached_by_links_from_the_start(opened: dict[str, Opened]) -> None:
    assert set(PAGES) - NOT_BY_LINKS == set(opened)


def test_every_page_is_shown_with_a_title_and_one_heading(opened: dict[str, Opened]) -> None:
    actual = {
        page: (one.status, len(_TITLE.findall(one.text)), one.text.count("<h1"))
        for page, one in opened.items()
        if page not in FILES
    }

    assert dict.fromkeys(actual, (200, 1, 1)) == actual


def test_no_two_pages_have_the_same_title(opened: dict[str, Opened]) -> None:
    titles = [unescape("".join(_TITLE.findall(one.text))) for one in opened.values()]

    assert [] == sorted({title for title in titles if title and titles.count(title) > 1})


def test_every_page_is_in_the_table_of_the_docs() -> None:
    assert set(PAGES) == set(OF_THE_DOCS)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_a_role_may_open_what_the_docs_say(
    console_day: ConsoleDay, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    for pages in (deciding, evidence):  # nothing was sent, so there is nothing to wait for
        monkeypatch.setattr(pages, "_PATIENCE_SECONDS", 0.0)
    browser = console_day.logged_in(role)
    told = {page for page, who in OF_THE_DOCS.items() if who == "everybody" or role in who}

    actual = {page for page in PAGES if _answer(browser, page) != 403}

    assert told == actual


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.path)
def test_a_link_is_offered_to_exactly_those_who_may_open_its_page(
    console_day: ConsoleDay, link
) -> None:
    answers = {role: console_day.logged_in(role).get(link.path).status_code for role in ALL_ROLES}

    assert {role: 200 if role in link.roles else 403 for role in ALL_ROLES} == answers


def test_every_page_that_links_lead_to_is_tried_for_barriers() -> None:
    tried = {_page_at(address) for _, address in test_barriers.PAGES.values()}

    assert set() == set(PAGES) - NOT_BY_LINKS - FILES - tried


def _open_all(browser: TestClient, found: dict[str, Opened]) -> None:
    """Opens the start, and one address of each page that links lead to and nobody has opened."""
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        page = _page_at(address)
        if page is None or (page in found and address != "/"):
            continue
        if page in FILES:
            found[page] = Opened(200, "")
            continue
        answer = browser.get(address)
        found[page] = Opened(answer.status_code, answer.text)
        links = [unescape(each) for each in re.findall(r'href="(/[^"#]*)', answer.text)]
        waiting += [link for link in links if link != "/"]


def _page_at(address: str) -> str | None:
    """The page to which an address belongs; None: to none, as that of a style sheet."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(address).path}
    found = [route for route in all_routes() if route.matches(scope)[0] is Match.FULL]
    return next((path for route in found if (path := getattr(route, "path", "")) in PAGES), None)


def _answer(browser: TestClient, page: str) -> int:
    status: int = browser.get(f"{filled(page, 'imaging')}?{LINE}").status_code
    return status
