"""The console of an installation of several shards, all of which answer or some of which do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from console.deciding.cases import Case
from console.logins import Logins
from rules.loading.files import SHIPPED, load_library
from tests.support.archives import OPEN
from tests.support.console_day import ConsoleDay
from tests.support.decisions import decided, taken
from tests.support.sharded_days import ShardedDay, day_on_two_nodes, worked_off
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.config.settings import load_settings
from worker.config.shards import shard_of
from worker.sandbox.redis_server import embedded_redis
from worker.store.shards import open_shards

pytestmark = pytest.mark.xdist_group("test_sharded_console")

SHARDS = 4
CASES = (
    Case("M-021", "CLM-2025-0422", 1),
    Case("M-009", "CLM-2025-0410", 1),
    Case("M-010", "CLM-2025-0411", 1),
    Case("M-013", "CLM-2025-0415", 2),
)
"""Lines that wait, one in each shard."""


@contextmanager
def console_of(day: ShardedDay) -> Iterator[ConsoleDay]:
    settings = load_settings(**day.settings)
    with Logins(settings) as logins, Redis() as nothing_asked:
        yield ConsoleDay(day.servers[0], nothing_asked, logins, settings)


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleDay]:
    """All shards on one server, which answers."""
    with embedded_redis({"appendonly": "no"}) as server:
        where = {"redis_url": server.url, "broker_url": server.url, "shards": SHARDS, "lanes": 4}
        worked_off(where, load_library(SHIPPED))
        with console_of(ShardedDay(where, (server,))) as console:
            yield console


@pytest.fixture(scope="module")
def crippled() -> Iterator[ConsoleDay]:
    """The shards 2 and 3 have lost their node."""
    with day_on_two_nodes(load_library(SHIPPED)) as day, console_of(day) as console:
        day.servers[1].kill()
        yield console


def selected(text: str) -> tuple[int, int]:
    found = re.search(r"(\d+) of (\d+) selected", text)
    assert found
    return int(found[1]), int(found[2])


def test_the_cases_are_in_all_shards():
    assert list(range(SHARDS)) == [shard_of(case.member_id, SHARDS) for case in CASES]


def test_the_worklist_has_the_lines_of_all_shards(console):
    text = console.logged_in().get("/worklist").text

    assert (OPEN, OPEN) == selected(text)
    assert "shards of the installation" not in text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.member_id)
def test_a_case_of_any_shard_is_taken_and_decided_there(console, case):
    browser = console.logged_in("reviewer", "R-17")
    answer = decided(browser, case, taken(browser, case), decision="approved")
    with open_shards(console.settings) as shards:
        waiting = [each.redis.xlen(each.keys.door) for each in shards]
        for each in shards:
            work_off(RedisWorld(each.redis, each.keys.prefix), console.library)

    page = browser.get(answer.headers["location"]).text

    own = shard_of(case.member_id, SHARDS)
    assert [int(number == own) for number in range(SHARDS)] == waiting
    assert "A worker has applied it" in page


@pytest.mark.parametrize(
    "path", ["/report", "/sample", "/letter?claim=CLM-2025-0403&member=M-003&line=1"]
)
def test_other_pages_ask_all_shards_too(console, path):
    assert 200 == console.logged_in("senior").get(path).status_code


def test_with_shards_away_the_worklist_says_so_and_has_the_others(crippled):
    text = crippled.logged_in().get("/worklist").text

    assert "2 of 4 shards of the installation do not answer" in text
    count, of = selected(text)
    assert 0 < count == of < OPEN


def test_a_claim_whose_shard_answers_is_shown(crippled):
    page = crippled.logged_in().get(f"/claim?{CASES[0].query}")

    assert 200 == page.status_code
    assert "2 of 4 shards of the installation do not answer" in page.text


def test_a_claim_that_is_not_found_may_be_in_a_shard_that_is_away(crippled):
    page = crippled.logged_in().get(f"/claim?claim={CASES[2].claim_id}")

    assert 404 == page.status_code
    assert "2 of 4 shards of the installation do not answer" in page.text


def test_a_claim_of_a_member_whose_shard_is_away_is_not_shown(crippled):
    page = crippled.logged_in().get(f"/claim?{CASES[2].query}")

    assert 503 == page.status_code
    assert CASES[2].claim_id not in page.text


def test_the_report_says_of_whom_it_is_not(crippled):
    page = crippled.logged_in("senior").get("/report")

    assert 200 == page.status_code
    assert "2 of 4 shards of the installation do not answer" in page.text
