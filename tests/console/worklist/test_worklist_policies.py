"""The worklist of an installation whose library has several policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from redis import Redis

from console.logins import Logins
from tests.rules.second_policy import SECOND, SECOND_PLAN, two_policies
from tests.support.console_day import ConsoleDay, csrf_of
from tests.support.event_builders import CLAIM, encoded, event_of
from worker.config.settings import load_settings
from worker.sandbox.redis_server import embedded_redis

pytestmark = pytest.mark.xdist_group("worklist_policies")

FIRST = "6.01.03"


def _claim(claim_id: str, member_id: str, plan: str) -> bytes:
    event = event_of(CLAIM, claim_id=claim_id, member_id=member_id, plan_id=plan, attestations=[])
    return encoded(event | {"id": claim_id})


@pytest.fixture(scope="module")
def day() -> Iterator[ConsoleDay]:
    """One line that waits under the shipped policy, and two under another."""
    with embedded_redis({"appendonly": "no"}) as server:
        settings = load_settings(redis_url=server.url)
        with Redis(unix_socket_path=str(server.socket_path)) as redis, Logins(settings) as logins:
            made = ConsoleDay(server, redis, logins, library=two_policies())
            made.work_off(
                _claim("C-1", "M-1", "sample-commercial"),
                _claim("C-2", "M-2", SECOND_PLAN),
                _claim("C-3", "M-3", SECOND_PLAN),
            )
            yield made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", {"C-1", "C-2", "C-3"}, id="any_policy"),
        pytest.param(f"policy={FIRST}", {"C-1"}, id="the_first"),
        pytest.param(f"policy={SECOND}", {"C-2", "C-3"}, id="the_second"),
        pytest.param("policy=none", set(), id="one_that_there_is_not"),
        pytest.param(f"policy={SECOND}&search=C-3", {"C-3"}, id="with_a_search"),
    ],
)
def test_lines_are_selected_by_their_policy(
    day: ConsoleDay, query: str, expected: set[str]
) -> None:
    text = day.logged_in().get(f"/worklist?{query}").text

    assert expected == set(re.findall(r"(C-\d), line 1", text))


def test_each_line_says_its_policy_and_each_policy_how_many(day: ConsoleDay) -> None:
    text = day.logged_in().get("/worklist").text

    row = text.split("C-2, line 1")[1].split("</tr>")[0]
    assert f"policy {SECOND}" in row
    assert f"{FIRST} (1)" in text
    assert f"{SECOND} (2)" in text


def test_the_next_is_of_the_policy_that_was_selected(day: ConsoleDay) -> None:
    browser = day.logged_in()
    csrf = csrf_of(browser.get(f"/worklist?policy={FIRST}").text)

    answer = browser.post("/worklist/next", data={"csrf": csrf, "policy": FIRST})

    assert "claim=C-1" in answer.headers["location"]


def test_with_one_policy_there_is_nothing_to_choose(console_day: ConsoleDay) -> None:
    text = console_day.logged_in().get("/worklist").text

    assert 'name="policy"' not in text
    assert f"policy {FIRST}" not in text
