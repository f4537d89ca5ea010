"""Each page and form under its own Redis login: none is refused anything, and none has more."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from redis import Redis

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.app import build
from console.logins import Logins
from tests.console.security.every_page import FORMS, PAGES, filled
from tests.security.logins import admin_of, guarded_redis, refusals, url_of
from tests.support.console_day import DAY, ConsoleDay, csrf_of
from tests.support.decisions import Form, decided, events_sent, pended_case, taken
from worker.config.console_settings import CONSOLE_LOGINS
from worker.config.settings import load_settings

IMAGING = {
    "study_id": "ACC-1",
    "procedure": "70553",
    "date_of_service": "2025-06-02",
    "status": "performed",
    "result": "limited",
    "diagnoses": "C71.1",
}
LINE = {"claim": "CLM-2025-0403", "member": "M-003", "line": "1"}


class GuardedDay(ConsoleDay):
    """The sample day on a Redis that lets in only its users, and the console as four of them."""

    def __init__(self, server, admin: Redis, logins: Logins, settings) -> None:
        super().__init__(server, admin, logins)
        self.settings = settings
        self.entrance = OneTimeLogin(OneTimeTokens())
        self.app = build(settings, self.library, self.entrance, logins)


@pytest.fixture(scope="module")
def guarded_day(tmp_path_factory) -> Iterator[GuardedDay]:
    with guarded_redis(tmp_path_factory.mktemp("users")) as server, admin_of(server) as admin:
        urls = {
            f"console_{login}_url": url_of(server, f"mrs-console-{login}")
            for login in CONSOLE_LOGINS
        }
        # Nobody may use this one: whatever goes by it is refused.
        settings = load_settings(redis_url=url_of(server, "mrs-celery"), **urls)
        with Logins(settings) as logins:
            day = GuardedDay(server, admin, logins, settings)
            day.work_off(*DAY.read_bytes().splitlines())
            yield day


def refused(day: GuardedDay) -> list[str]:
    users = ["mrs-celery", *(f"mrs-console-{login}" for login in CONSOLE_LOGINS)]
    return [f"{user}: {said}" for user in users for said in refusals(day.redis, user)]


@pytest.mark.parametrize("role", ["senior", "auditor"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_more_than_its_login_has(guarded_day, path, role):
    guarded_day.redis.acl_log_reset()
    browser = guarded_day.logged_in(role)

    answer = browser.get(f"{filled(path, 'imaging')}?{urlencode(LINE)}")

    assert [] == refused(guarded_day)
    assert answer.status_code < 500


@pytest.mark.parametrize("path", [path for path in FORMS if path != "/logout"])
def test_a_form_needs_no_more_than_its_login_has(guarded_day, path):
    guarded_day.redis.acl_log_reset()
    browser = guarded_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)

    answer = browser.post(
        f"{filled(path, 'imaging')}?{urlencode(LINE)}", data={"csrf": csrf, **LINE}
    )

    assert [] == refused(guarded_day)
    assert answer.status_code < 500


def test_a_case_is_decided_and_evidence_entered_under_these_logins(guarded_day):
    guarded_day.redis.acl_log_reset()
    case = pended_case(guarded_day, "guarded")
    browser = guarded_day.logged_in("reviewer", "R-17")
    address = f"/evidence/imaging?{case.query.rpartition('&')[0]}"
    form = Form(browser.get(address).text, "/evidence/imaging")

    fields = taken(browser, case)
    sent = decided(browser, case, fields)
    entered = browser.post(address, data=form.fields | IMAGING)
    guarded_day.work_off()

    assert (303, 303) == (sent.status_code, entered.status_code)
    assert 2 == len(events_sent(guarded_day, case))
    assert 200 == browser.get(entered.headers["location"]).status_code
    assert [] == refused(guarded_day)


def test_without_its_right_to_write_the_log_nothing_is_shown(guarded_day):
    browser = guarded_day.logged_in("senior")
    guarded_day.redis.execute_command("ACL", "SETUSER", "mrs-console-log", "-xadd")
    try:
        answer = browser.get("/")
    finally:
        guarded_day.redis.execute_command("ACL", "SETUSER", "mrs-console-log", "+xadd")

    assert 503 == answer.status_code
    assert 200 == browser.get("/").status_code
