"""Tokens: used once, guessed at only so often, compared in constant time; sessions end."""

from __future__ import annotations

import hmac
from statistics import median
from time import perf_counter

import pytest

from console.access import tokens
from console.access.sessions import SESSIONS_MAX, Sessions
from console.access.tokens import GOOD_FOR_SECONDS, OneTimeTokens
from console.access.viewers import Viewer
from tests.console.security.every_page import FORMS, PAGES, filled
from tests.support.console_day import csrf_of
from worker.config.guesses import FORGOTTEN_AFTER_SECONDS, WRONG_MAX, WrongGuesses

NURSE = Viewer("R-1", "reviewer", "RN")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_used_up_by_its_login(console_day):
    token = console_day.entrance.tokens.issue(NURSE)

    first = console_day.browser().post("/login", data={"token": token})
    again = console_day.browser().post("/login", data={"token": token})

    assert (303, 401) == (first.status_code, again.status_code)
    assert "set-cookie" not in again.headers


def test_looking_at_the_login_uses_up_no_token(console_day):
    """A preview of the link, such as a chat program makes, does not log in."""
    token = console_day.entrance.tokens.issue(NURSE)
    for _ in range(3):
        assert 200 == console_day.browser().get(f"/login?token={token}").status_code

    assert 303 == console_day.browser().post("/login", data={"token": token}).status_code


def test_a_token_ends_by_itself():
    clock = Clock()
    issued = OneTimeTokens(clock)
    early, late = issued.issue(NURSE), issued.issue(NURSE)
    clock.now = GOOD_FOR_SECONDS - 1
    assert NURSE == issued.redeem(early)

    clock.now = GOOD_FOR_SECONDS
    assert issued.redeem(late) is None


def test_wrong_tokens_of_an_address_are_answered_only_so_often(console_day):
    clock = Clock()
    guesses, console_day.entrance.guesses = console_day.entrance.guesses, WrongGuesses(clock)
    token = console_day.entrance.tokens.issue(NURSE)
    browser = console_day.browser()
    try:
        wrong = [browser.post("/login", data={"token": f"x{n}"}) for n in range(WRONG_MAX + 1)]
        held = browser.post("/login", data={"token": token})
        clock.now = FORGOTTEN_AFTER_SECONDS
        let_in = browser.post("/login", data={"token": token})
    finally:
        console_day.entrance.guesses = guesses

    assert [401] * WRONG_MAX + [429] == [each.status_code for each in wrong]
    assert (429, 303) == (held.status_code, let_in.status_code)


def test_every_token_is_compared_whole_and_all_of_them_each_time(monkeypatch):
    """What is compared are digests, so no letter of a guess tells anything of a token."""
    compared = []

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(tokens, "compare_digest", noted)
    issued = OneTimeTokens()
    all_of_them = [issued.issue(NURSE) for _ in range(3)]

    assert issued.redeem(all_of_them[0][:-1] + "?") is None
    assert 3 == len(compared)
    assert {32} == {len(each) for pair in compared for each in pair}
    assert NURSE == issued.redeem(all_of_them[0])
    assert 6 == len(compared), "the first one found does not end the search"


def test_a_guess_that_is_nearly_right_takes_no_longer_than_one_that_is_not():
    """The medians of many tries, with room for a busy machine."""
    issued = OneTimeTokens()
    token = issued.issue(NURSE)
    near, far = token[:-1] + "?", "?" * len(token)

    def seconds(guess: str) -> float:
        began = perf_counter()
        for _ in range(50):
            issued.redeem(guess)
        return perf_counter() - began

    times = [(seconds(near), seconds(far)) for _ in range(101)]

    ratio = median(one for one, _ in times) / median(other for _, other in times)
    assert 0.5 < ratio < 2


@pytest.mark.parametrize(
    ("steps", "is_open"),
    [
        ([899] * 3, True),
        ([900], False),
        ([890] * 33, False),
        ([890] * 32, True),
    ],
    ids=["used now and then", "unused for the idle time", "used for longer than it lasts", "less"],
)
def test_a_session_ends_when_unused_and_after_its_time_in_all(steps, is_open):
    clock = Clock()
    sessions = Sessions(15 * 60, 8 * 3600 + 500, clock)
    cookie, _ = sessions.begin(NURSE)
    found = None
    for seconds in steps:
        clock.now += seconds
        found = sessions.find(cookie)

    assert is_open is (found is not None)


def test_the_session_unused_the_longest_makes_room_for_another():
    sessions = Sessions(900, 900)
    cookies = [sessions.begin(NURSE)[0] for _ in range(SESSIONS_MAX)]
    assert sessions.find(cookies[0])

    sessions.begin(NURSE)

    assert sessions.find(cookies[0])
    assert sessions.find(cookies[1]) is None


def test_a_login_never_takes_over_a_cookie_that_somebody_has_planted(console_day):
    browser = console_day.browser()
    browser.cookies.set("mrs_console", "planted")
    token = console_day.entrance.tokens.issue(NURSE)
    answer = browser.post("/login", data={"token": token})

    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_shown_without_a_session(console_day, path):
    for cookies in ({}, {"mrs_console": "guess"}):
        browser = console_day.browser()
        browser.cookies.update(cookies)
        answer = browser.get(filled(path, "x"))

        assert (303, "/login") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("path", FORMS)
def test_no_form_is_taken_without_a_session(console_day, path):
    before = console_day.redis.xlen("mrs:events")

    answer = console_day.browser().post(filled(path, "x"), data={"reason": "typed for long"})

    assert 401 == answer.status_code
    assert "typed for long" in answer.text, "what was typed can be copied"
    assert before == console_day.redis.xlen("mrs:events")


def test_a_login_from_another_site_is_refused(console_day):
    token = console_day.entrance.tokens.issue(NURSE)
    answer = console_day.browser().post(
        "/login", data={"token": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert 403 == answer.status_code
    assert 303 == console_day.browser().post("/login", data={"token": token}).status_code


def test_a_login_that_cannot_be_recorded_lets_nobody_in_and_uses_up_no_token(own_day):
    token = own_day.entrance.tokens.issue(NURSE)
    own_day.server.kill()
    try:
        answer = own_day.browser().post("/login", data={"token": token})
    finally:
        own_day.server.restart()

    assert 503 == answer.status_code
    assert "set-cookie" not in answer.headers
    assert 303 == own_day.browser().post("/login", data={"token": token}).status_code


def test_the_secret_of_the_forms_is_new_for_each_session(console_day):
    pages = [console_day.logged_in().get("/").text for _ in range(2)]

    assert 2 == len({csrf_of(page) for page in pages})
