"""The pages do what they do by the rights of their own Redis logins, and by no others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.app import build
from console.logins import Logins
from tests.support.console_day import ConsoleDay, csrf_of, decided_day
from tests.support.sources import ROOT
from worker.config.console_settings import CONSOLE_LOGINS
from worker.config.settings import load_settings
from worker.sandbox.redis_server import embedded_redis

pytestmark = pytest.mark.xdist_group("console_rights")

CASE = "member=M-011&claim=CLM-2025-0460&line=1"


@pytest.fixture(scope="module")
def narrow_day() -> Iterator[ConsoleDay]:
    """The sample day, and a console each of whose logins has the rights of `users.acl` alone."""
    with embedded_redis({"appendonly": "no"}) as server, decided_day(server) as day:
        rules = dict(
            line.removeprefix("user ").split(" ", 1)
            for line in (ROOT / "deploy" / "users.acl").read_text().splitlines()
        )
        urls = {}
        for login in CONSOLE_LOGINS:
            name = f"mrs-console-{login}"
            day.redis.acl_setuser(name, passwords=["+secret"], enabled=True)
            day.redis.execute_command("ACL", "SETUSER", name, *_parts(rules[name]))
            urls[f"console_{login}_url"] = server.url.replace("unix://", f"unix://{name}:secret@")
        settings = load_settings(redis_url=server.url, **urls)
        day.entrance = OneTimeLogin(OneTimeTokens())
        with Logins(settings) as logins:
            day.app = build(settings, day.library, day.entrance, logins)
            yield day


def _parts(rules: str) -> list[str]:
    """The rules of a user as ACL SETUSER takes them: what is in brackets is one."""
    parts: list[str] = []
    for word in rules.split():
        if parts and parts[-1].startswith("(") and not parts[-1].endswith(")"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return [part for part in parts if part != "on"]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/worklist", id="worklist"),
        pytest.param("/worklist?who=free&search=CLM-2025-0460", id="worklist_searched"),
        pytest.param(f"/claim?{CASE}", id="claim"),
        pytest.param(f"/decide?{CASE}", id="decide"),
    ],
)
def test_a_page_is_shown(narrow_day, address):
    assert 200 == narrow_day.logged_in().get(address).status_code


def test_the_next_can_be_taken(narrow_day):
    browser = narrow_day.logged_in()
    csrf = csrf_of(browser.get("/worklist").text)

    answer = browser.post("/worklist/next", data={"csrf": csrf})

    assert answer.headers["location"].startswith("/claim?member=")
    assert "You have this line." in browser.get(answer.headers["location"]).text
