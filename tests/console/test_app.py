"""The console as a whole: coming in, the start page, going out."""

from __future__ import annotations

import pytest

from tests.support.console_day import csrf_of


def test_whoever_has_no_session_is_sent_to_the_login(console_day):
    answer = console_day.browser().get("/")

    assert (303, "/login") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("role", ["reviewer", "senior", "auditor"])
def test_a_token_lets_a_person_in_with_its_role(console_day, role):
    page = console_day.logged_in(role).get("/")

    assert 200 == page.status_code
    assert f"R-{role}, RN ({role})" in page.text


def test_a_page_is_in_the_log_of_views(console_day):
    console_day.logged_in("auditor", "A-77").get("/")

    mine = [
        (each["kind"], each["page"]) for each in console_day.views() if each["viewer"] == "A-77"
    ]
    assert [("login", "login"), ("view", "start")] == mine


def test_a_logout_ends_the_session(console_day):
    browser = console_day.logged_in()
    csrf = csrf_of(browser.get("/").text)
    cookies = dict(browser.cookies)

    assert 303 == browser.post("/logout", data={"csrf": csrf}).status_code

    browser.cookies.update(cookies)
    assert 303 == browser.get("/").status_code


def test_an_address_without_a_page_says_so(console_day):
    answer = console_day.logged_in().get("/no/such/page")

    assert 404 == answer.status_code
    assert "There is no such page" in answer.text
