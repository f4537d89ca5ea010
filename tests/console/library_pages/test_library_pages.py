"""The library's pages: to be read by everybody, and by nobody without a session."""

from __future__ import annotations

import re

import pytest

from console.library_pages.shelf import shelf_of
from console.page import environment
from worker.library_views.html import page as one_file
from worker.library_views.reading_body import reading_body

PAGES = ("/library", "/library/plans", "/library/codes")


@pytest.mark.parametrize("address", PAGES)
def test_without_a_session_there_is_only_the_login(console_day, address):
    assert 303 == console_day.browser().get(address).status_code


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("role", ["reviewer", "senior", "auditor"])
def test_every_role_may_read_them(console_day, role, address):
    answer = console_day.logged_in(role).get(address)

    assert 200 == answer.status_code
    assert 1 == answer.text.count("<h1")
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert "`" not in answer.text


def test_the_policys_page_is_the_one_file_in_the_consoles_frame(console_day):
    shelf = shelf_of(console_day.settings, console_day.library)

    page = console_day.logged_in().get("/library").text

    assert reading_body(shelf.reading) in page
    assert reading_body(shelf.reading) in one_file(shelf.reading)
    assert all(f"#{anchor}" in page for anchor in ("law", "changes", "open"))


def test_a_version_that_there_is_not_is_answered_with_those_that_there_are(console_day):
    answer = console_day.logged_in().get("/library?version=1999-01-01")

    assert 404 == answer.status_code
    assert "/library?version=2025-03-17" in answer.text
    assert 200 == console_day.logged_in().get("/library?version=2025-03-17").status_code


def test_plans_authorities_law_and_changes_are_on_one_page(console_day):
    text = console_day.logged_in().get("/library/plans").text

    for words in ("sample-dsnp-no-medicare-mrs", "220.6.17", "Texas SB 815", "needs a second"):
        assert words in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("C71.1", "The policy lists it"),
        ("c71.1", "The policy lists it"),
        ("76390", "asked every criterion"),
        ("A01.00", "infection of another organ"),
        ("C71", "Codes that begin with C71"),
        ("Q99.99", "Neither the library nor its table"),
        ("<script>", "not in the form of a code"),
    ],
    ids=["listed", "small letters", "procedure", "by its heading", "prefix", "nobody's", "script"],
)
def test_it_says_why_a_code_is_in_out_or_held(console_day, typed, said):
    answer = console_day.logged_in().get("/library/codes", params={"code": typed})

    assert 200 == answer.status_code
    assert said in answer.text
    assert "<script>" not in answer.text


def test_codes_that_begin_alike_are_listed_with_links(console_day):
    text = console_day.logged_in().get("/library/codes?code=C71").text

    links = re.findall(r"/library/codes\?code=(C71[^\"]*)", text)
    assert len(links) > 5
    assert links == sorted(links)


def test_a_search_is_in_the_log_of_views(console_day):
    console_day.logged_in("auditor", "A-12").get("/library/codes?code=C71.1")

    last = [each for each in console_day.views() if each["viewer"] == "A-12"][-1]

    assert ("search", "library codes", {"code": "C71.1"}) == (
        last["kind"],
        last["page"],
        last["subjects"],
    )


def test_the_style_sheet_is_served_to_all(console_day):
    answer = console_day.browser().get("/static/library.css")

    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("text/css")
    assert "@container" in answer.text


def test_several_versions_are_offered():
    page = environment().get_template("library_pages/policy.html")

    shown = page.render(
        policies=["6.01.03"],
        versions=["2026-01-01", "2025-03-17"],
        **dict.fromkeys(("title", "opening", "links", "body", "here"), ""),
        viewer=None,
        workers_are_away=False,
        shards_away=(),
    )

    assert "/library?version=2026-01-01" in shown
