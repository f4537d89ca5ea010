"""Deciding and evidence work under the console's own Redis logins, and nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.app import build
from console.deciding.case_state import id_of
from console.deciding.samples import is_sampled
from console.logins import Logins
from tests.security.logins import admin_of, guarded_redis, refusals, url_of
from tests.support.console_day import ConsoleDay
from tests.support.decisions import Form, decided, latest, opened, pended_case, taken
from worker.config.console_settings import CONSOLE_LOGINS
from worker.config.settings import load_settings
from worker.sandbox.redis_server import EmbeddedRedis

DIRECTOR = "Medical director"


class GuardedDay(ConsoleDay):
    """A console each of whose pages uses a login of its own; the test itself may do everything."""

    def __init__(self, server: EmbeddedRedis, redis: Any, logins: Logins) -> None:
        super().__init__(server, redis, logins)
        self.entrance = OneTimeLogin(OneTimeTokens())
        self.app = build(self.settings, self.library, self.entrance, logins)


@pytest.fixture
def guarded_day(tmp_path: Path) -> Iterator[GuardedDay]:
    with guarded_redis(tmp_path) as server, admin_of(server) as admin:
        urls = {
            f"console_{each}_url": url_of(server, f"mrs-console-{each}") for each in CONSOLE_LOGINS
        }
        with Logins(load_settings(redis_url=server.url, **urls)) as logins:
            yield GuardedDay(server, admin, logins)


def test_every_form_works_under_the_login_of_its_kind(guarded_day: GuardedDay) -> None:
    day = guarded_day
    first = day.logged_in("reviewer", "D-1", DIRECTOR)
    second = day.logged_in("senior", "D-2", DIRECTOR)
    third = day.logged_in("senior", "S-3", DIRECTOR)
    numbers = iter(range(1000))
    case = pended_case(day, "first", "sample-ny-commercial")
    while not is_sampled(id_of(latest(day, case)), 4):
        case = pended_case(day, f"next-{next(numbers)}", "sample-ny-commercial")

    evidence = Form(first.get(f"/evidence/treatment?{case.query}").text, "/evidence/treatment")
    treatment = {
        "treatment_id": "T-1",
        "procedure": "61510",
        "date_of_service": "2020-06-02",
        "status": "performed",
    }
    told = first.post(f"/evidence/treatment?{case.query}", data=evidence.fields | treatment)
    day.work_off()
    for browser in (first, second):
        assert decided(browser, case, taken(browser, case), decision="denied").status_code == 303
    day.work_off()
    pages = [
        third.get(told.headers["location"]),
        third.get(f"/claim?{case.query}"),
        third.get("/worklist"),
        third.get("/sample"),
        third.get("/sample/agreement"),
    ]
    where = f"/sample/judge?{case.query}&determination={_drawn(day)}"
    judging = Form(third.get(where).text, "/sample/judge").fields
    said = third.post(where, data=judging | {"decision": "denied", "reason": "Alike."})

    assert [page.status_code for page in pages] == [200] * 5
    assert said.status_code == 303
    assert latest(day, case)["outcome"] == "denied"
    assert "This is an appeal" in opened(third, case)
    for login in CONSOLE_LOGINS:
        assert refusals(day.redis, f"mrs-console-{login}") == []


def _drawn(day: ConsoleDay) -> str:
    (name,) = cast("list[bytes]", day.redis.hkeys("mrs:console:sample"))
    return name.decode()
