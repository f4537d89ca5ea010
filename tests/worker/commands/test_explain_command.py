"""`adjudicator explain` on a queue says what lies in the dead letters of whoever is looked at."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from rules.library_model import Library
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator


@pytest.fixture
def world(redis_world: RedisWorld, library: Library, monkeypatch) -> RedisWorld:
    """A claim of one member, a report of that member that was refused, and one of another."""
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    refused = event_of(REPORT, status="seen")
    work_off(
        redis_world,
        library,
        encoded(event_of(CLAIM)),
        encoded(refused | {"id": "e-2"}),
        encoded(event_of(REPORT, member_id="M-2", status="seen")),
    )
    return redis_world


def run(*arguments: str) -> Result:
    return CliRunner().invoke(adjudicator, ["explain", *arguments])


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("member", [(), ("--member", "M-1")], ids=["by_claim", "by_member"])
def test_an_event_of_the_member_in_the_dead_letters_is_told_of(member):
    result = run("C-1001", *member)

    assert 0 == result.exit_code
    assert "Claim C-1001, line 1" in result.stdout
    assert 1 == result.stderr.count(
        "Member M-1 has 1 entry in the dead letters (INVALID_DATA 1), which no decision includes."
    )
    assert "M-2" not in result.stderr


@pytest.mark.usefixtures("world")
def test_it_is_told_of_too_where_nothing_is_known_of_the_claim():
    result = run("C-9", "--member", "M-2")

    assert 1 == result.exit_code
    assert "Member M-2 has 1 entry in the dead letters" in result.stderr


def test_once_it_was_discarded_nothing_is_told_of_it(world):
    for letter in world.store.dead_letters(None, 9):
        world.store.discard(letter.id, "a test")

    assert "" == run("C-1001").stderr
