"""A form that is sent twice at the same time is one event with one effect, by a real worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import Any

import pytest
from redis import Redis
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.access.viewers import Viewer
from console.app import build
from console.deciding.cases import Case
from console.logins import Logins
from rules.loading.files import SHIPPED, load_library
from tests.support.console_day import HERE
from tests.support.decisions import WORDS, taken
from tests.support.event_builders import CLAIM, encoded, event_of
from worker.client import submit
from worker.config.connections import redis_client
from worker.determinations.read import history_of
from worker.sandbox.installation import installation
from worker.store.keys import Keys

CASE = Case("M-1", "C-1001", 1)
CLICKS = 4


@pytest.mark.timeout(240)
def test_clicks_at_the_same_time_are_one_event_with_one_effect() -> None:
    with installation(workers=1) as own, Logins(own.settings) as logins:
        library, entrance = load_library(SHIPPED), OneTimeLogin(OneTimeTokens())
        app = build(own.settings, library, entrance, logins)
        with redis_client(own.settings) as redis:
            keys = Keys(own.settings.prefix)
            submit(
                [encoded(event_of(CLAIM, attestations=[]))],
                redis_url=own.settings.redis_url.get_secret_value(),
                prefix=own.settings.prefix,
            )
            wait_for(lambda: len(revisions(redis, keys)) == 1)
            browser = TestClient(app, headers=HERE, follow_redirects=False)
            token = entrance.tokens.issue(Viewer("R-17", "reviewer", "RN"))
            browser.post("/login", data={"token": token})
            fields = taken(browser, CASE) | {"decision": "denied", "reason": WORDS}

            answers = clicked(app, browser, fields)
            wait_for(lambda: len(revisions(redis, keys)) > 1)
            wait_for(lambda: redis.xlen(keys.door) == 0)
            page = browser.get(answers[0].headers["location"])

            assert {answer.status_code for answer in answers} == {303}
            assert len({answer.headers["location"] for answer in answers}) == 1
            assert [each["reason"] for each in revisions(redis, keys)][1:] == ["REVIEWED"]
            assert redis.llen(keys.received(CASE.member_id)) == 2
            assert redis.xlen(keys.dead_letters) == 0
            assert "A worker has applied it" in page.text


def clicked(app: Starlette, browser: TestClient, fields: dict[str, str]) -> list[Any]:
    """The answers to a form that a browser sends several times at the same time."""
    together = Barrier(CLICKS)

    def click(_: int) -> Any:
        one = TestClient(app, headers=HERE, follow_redirects=False, cookies=dict(browser.cookies))
        together.wait(60)
        return one.post(f"/decide?{CASE.query}", data=fields)

    with ThreadPoolExecutor(CLICKS) as threads:
        return list(threads.map(click, range(CLICKS)))


def revisions(redis: Redis, keys: Keys) -> list[dict[str, Any]]:
    return history_of(redis, keys, CASE.member_id, CASE.claim_id).get(CASE.line, [])


def wait_for(is_so: Callable[[], bool]) -> None:
    until = monotonic() + 60
    while not is_so():
        assert monotonic() < until, "it did not come to be in a minute"
        sleep(0.05)
