"""Who saw what is in the log before it is shown, nowhere else, and masses of it are stopped."""

from __future__ import annotations

import logging

import pytest

from console.access.headers import ALWAYS
from console.access.pace import WINDOW_SECONDS, Pace
from console.access.viewers import Viewer
from tests.console.security.every_page import PAGES, filled
from tests.support.console_day import csrf_of


def of(day, person: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["page"]) for each in day.views() if each["viewer"] == person]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_in_the_log_with_what_it_was_asked_about(console_day, path):
    person = f"S{path}"
    browser = console_day.logged_in("senior", person)
    browser.get(f"{filled(path, 'SUBJECT-1')}?claim=SUBJECT-2&member=SUBJECT-3")

    (noted,) = [
        each for each in console_day.views() if each["viewer"] == person and each["page"] != "login"
    ]
    wanted = {"SUBJECT-2", "SUBJECT-3"} | ({"SUBJECT-1"} if "{" in path else set())
    assert wanted <= set(noted["subjects"].values())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_cannot_be_recorded_is_not_shown(console_day, monkeypatch, path):
    browser = console_day.logged_in("senior")
    usual = browser.get("/").text

    def fail(*_: object) -> None:
        raise ConnectionError("no log")

    with monkeypatch.context() as patched:
        patched.setattr(console_day.app.state.admittance.views, "note", fail)
        answer = browser.get(filled(path, "x"))

    assert 500 == answer.status_code
    assert "It failed here" in answer.text
    assert "no log" not in answer.text
    assert usual


def test_a_login_that_may_not_write_the_log_shows_nothing(console_day):
    console_day.redis.execute_command("ACL", "SETUSER", "default", "-xadd")
    try:
        browser = console_day.browser()
        token = console_day.entrance.tokens.issue(Viewer("R-1", "reviewer"))
        assert 503 == browser.post("/login", data={"token": token}).status_code
    finally:
        console_day.redis.execute_command("ACL", "SETUSER", "default", "+xadd")


def test_nothing_that_was_looked_at_is_in_a_log_of_the_program(console_day, caplog, capfd):
    browser = console_day.logged_in("senior")
    with caplog.at_level(logging.DEBUG):
        for path in PAGES:
            browser.get(f"{filled(path, 'SECRET-1')}?claim=SECRET-2&member=SECRET-3&q=SECRET-4")
        browser.post("/login", data={"token": "SECRET-5"})

    out, err = capfd.readouterr()
    # What the test's own client says is no log of ours.
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("httpx")]
    assert "SECRET-" not in "\n".join([out, err, *ours])


@pytest.mark.parametrize("path", [*PAGES, "/login", "/no/such/page", "/static/console.css"])
def test_each_answer_has_the_headers_that_guard_it(console_day, path):
    answer = console_day.logged_in("senior").get(filled(path, "x"))

    assert {**ALWAYS} == {name: answer.headers[name] for name in ALWAYS}
    assert "unsafe" not in answer.headers["content-security-policy"]
    is_kept = path.startswith("/static/")
    assert is_kept is ("no-store" != answer.headers.get("cache-control"))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_an_inline_style_or_anything_of_others(console_day, path):
    page = console_day.logged_in("senior").get(filled(path, "x")).text.lower()

    for forbidden in ("<script", " style=", "<style", "javascript:", 'src="http', 'href="http'):
        assert forbidden not in page, forbidden


def test_more_pages_than_a_person_reads_are_stopped_and_noticed(console_day):
    pace = console_day.app.state.admittance.pace
    before, pace.pages_max = pace.pages_max, 5
    try:
        browser = console_day.logged_in("senior", "S-mass")
        again = console_day.logged_in("senior", "S-mass")
        shown = [browser.get("/").status_code for _ in range(4)]
        more = [again.get("/").status_code for _ in range(3)]
        form = browser.post("/logout", data={"csrf": "x", "reason": "kept"})
        calm = console_day.logged_in("senior", "S-calm").get("/").status_code
    finally:
        pace.pages_max = before

    assert [200] * 4 == shown
    assert [200, 429, 429] == more, "another session of the same person does not help"
    assert 403 == form.status_code
    assert 200 == calm
    noted = of(console_day, "S-mass")
    assert [("refused", "too many views")] == [each for each in noted if each[0] == "refused"]
    assert 5 == noted.count(("view", "start"))


def test_a_minute_later_pages_are_shown_again():
    now = [0.0]
    pace = Pace(2, lambda: now[0])

    steps = [pace.step("a") for _ in range(4)]
    now[0] = WINDOW_SECONDS
    later = [pace.step("a") for _ in range(3)]

    assert ["on", "on", "stop", "still"] == steps
    assert ["on", "on", "stop"] == later
    assert "on" == pace.step("b")


def test_a_form_that_is_typed_too_fast_comes_back_filled_in(console_day):
    browser = console_day.logged_in("senior", "S-fast")
    csrf = csrf_of(browser.get("/").text)
    pace = console_day.app.state.admittance.pace
    before, pace.pages_max = pace.pages_max, 1
    try:
        answer = browser.post("/logout", data={"csrf": csrf, "reason": "kept"})
    finally:
        pace.pages_max = before

    assert 429 == answer.status_code
    assert ">\nkept</textarea>" in answer.text
