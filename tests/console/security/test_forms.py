"""Forms: only from pages of this session, by roles that may, and nothing typed is lost."""

from __future__ import annotations

import pytest

from console.access.guards import BODY_BYTES_MAX, FIELDS_MAX
from tests.console.security.every_page import FORMS, PAGES, filled
from tests.support.console_day import csrf_of

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "", "Origin": "null"},
    {"Sec-Fetch-Site": "", "Origin": "http://testserver.evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
]


def unseen(day) -> tuple[int, int]:
    """What a form would change."""
    return day.redis.xlen("mrs:events"), len(list(day.redis.scan_iter("mrs:console:*")))


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_of_another_site_is_refused_whatever_it_carries(console_day, headers):
    browser = console_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)
    before = unseen(console_day)

    for path in FORMS:
        answer = browser.post(
            filled(path, "x"), data={"csrf": csrf, "reason": "of theirs"}, headers=headers
        )
        assert 403 == answer.status_code
        assert "of theirs" not in answer.text, "it is not offered to be sent again"

    assert before == unseen(console_day)


def test_a_request_that_says_nothing_of_where_it_comes_from_is_refused(console_day):
    browser = console_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)
    del browser.headers["Sec-Fetch-Site"]

    assert 403 == browser.post("/logout", data={"csrf": csrf}).status_code
    assert (
        303
        == browser.post(
            "/logout", data={"csrf": csrf}, headers={"Origin": "http://testserver"}
        ).status_code
    )


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("secret", ["", "x", None], ids=["empty", "wrong", "of another session"])
def test_a_form_without_the_secret_of_its_session_comes_back_filled_in(console_day, path, secret):
    browser = console_day.logged_in("senior")
    other = csrf_of(console_day.logged_in("senior").get("/").text)
    before = unseen(console_day)

    answer = browser.post(
        filled(path, "x"), data={"csrf": other if secret is None else secret, "reason": "mine"}
    )

    assert 403 == answer.status_code
    assert ">\nmine</textarea>" in answer.text
    assert csrf_of(answer.text) == csrf_of(browser.get("/").text)
    assert before == unseen(console_day)


@pytest.mark.parametrize("path", [path for path in FORMS if path != "/logout"])
def test_an_auditor_sends_nothing(console_day, path):
    browser = console_day.logged_in("auditor")
    csrf = csrf_of(browser.get("/").text)
    before = unseen(console_day)

    for claimed in ({}, {"role": "senior"}, {"viewer": "R-senior"}):
        answer = browser.post(filled(path, "x"), data={"csrf": csrf, **claimed})
        assert 403 == answer.status_code

    assert before == unseen(console_day)


def test_no_header_or_cookie_makes_a_role_of_another(console_day):
    browser = console_day.logged_in("auditor")
    browser.cookies.set("role", "senior")
    page = browser.get(
        "/?role=senior",
        headers={"X-Forwarded-User": "R-9", "X-Forwarded-Groups": "mrs-senior"},
    )

    assert "(auditor)" in page.text
    assert "(senior)" not in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_form_s_method_is_not_that_of_a_page(console_day, path):
    if path in FORMS:
        return
    browser = console_day.logged_in("senior")
    assert browser.post(filled(path, "x")).status_code in (403, 405, 413)


@pytest.mark.parametrize("path", FORMS)
def test_what_is_no_form_or_too_much_of_one_is_refused(console_day, path):
    browser = console_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)
    form = "application/x-www-form-urlencoded"
    bodies = [
        (b"{}", "application/json"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"a=" + b"x" * BODY_BYTES_MAX, form),
        (b"&".join(b"a%d=x" % n for n in range(FIELDS_MAX + 1)), form),
        (b"", form),
        (b"\xff\xfe=%ff&csrf=%00", form),
    ]
    before = unseen(console_day)

    for body, kind in bodies:
        answer = browser.post(filled(path, "x"), content=body, headers={"Content-Type": kind})
        assert answer.status_code in (400, 403, 413), (kind, body[:20])

    assert before == unseen(console_day)
    assert 200 == browser.get("/").status_code, csrf


def test_a_form_comes_back_filled_in_while_redis_is_away_and_is_sent_later(own_day):
    browser = own_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)
    own_day.server.kill()
    try:
        page = browser.get("/")
        sent = browser.post("/logout", data={"csrf": csrf, "reason": "a long reason"})
    finally:
        own_day.server.restart()

    for answer in (page, sent):
        assert 503 == answer.status_code
        assert "Redis is away" in answer.text
        assert answer.headers["retry-after"]
    assert ">\na long reason</textarea>" in sent.text
    assert 'action="/logout"' in sent.text
    assert 303 == browser.post("/logout", data={"csrf": csrf_of(sent.text)}).status_code
