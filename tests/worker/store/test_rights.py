"""A worker's login without one of its rights: it is named, and nothing is lost or done twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from rules.library_model import Library
from tests.support.crippled_logins import Crippled, crippled, whole
from tests.support.outcomes import outcome, put_events, resolve, work
from tests.support.programs import EVERY_SERVER
from tests.support.turns import PACE
from tests.support.worlds import TERMS, MemoryWorld, RedisWorld
from worker.failures import RightsMissing
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store import scripts
from worker.store.keys import lane_name
from worker.store.redis_info import version_of
from worker.store.scripts import ScriptName, script_text

BY_REDIS_PY = {b"client", b"client|setinfo"}
"""What the client library says of itself, where it may."""

IMPATIENT = replace(PACE, amends_seconds=0)
WORD = re.compile(r"\+([a-z]+)")


class Server:
    """One server with many logins, each for a prefix of its own."""

    def __init__(self, server: EmbeddedRedis) -> None:
        self._path = str(server.socket_path)
        self.admin: Any = Redis(unix_socket_path=self._path)
        self.can_be_asked = version_of(self.admin.info())[0] >= 7

    def login(self, name: str, rules: str) -> Redis:
        """A client that may do what the rules say."""
        words = rules.format(prefix=name)
        self.admin.execute_command(
            "ACL", "SETUSER", name, "reset", "on", "nopass", *_words_of(words)
        )
        return Redis(
            unix_socket_path=self._path,
            username=name,
            password="any",
            protocol=2,
            retry=Retry(NoBackoff(), 0),
        )


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    binary: Path = request.param()
    with embedded_redis({"appendonly": "no"}, binary=binary) as started:
        yield Server(started)


@pytest.fixture(scope="module")
def undisturbed(library: Library) -> dict[str, Any]:
    world = MemoryWorld()
    put_events(world)
    work(world, world.store, library)
    return outcome(world)


def test_the_whole_login_lacks_nothing(server: Server, library: Library, undisturbed):
    world = RedisWorld(server.login("whole", whole(has_selectors=server.can_be_asked)), "whole")
    admin = RedisWorld(server.admin, "whole")
    put_events(admin)
    server.admin.execute_command("ACL", "LOG", "RESET")

    assert world.store.agree(TERMS)
    work(admin, world.store, library)

    assert undisturbed == outcome(admin)
    refused = {entry[b"object"] for entry in server.admin.execute_command("ACL", "LOG")}
    assert refused <= BY_REDIS_PY


def test_where_redis_can_be_asked_no_script_is_stopped_in_its_middle(
    server: Server, library: Library
):
    if not server.can_be_asked:
        pytest.skip("Redis before 7 cannot be asked")
    for number, login in enumerate(crippled(has_selectors=True)):
        admin = RedisWorld(server.admin, f"n{number}")
        put_events(admin)
        admin.store.agree(TERMS)
        world = RedisWorld(server.login(f"n{number}", login.rules), f"n{number}")

        work(admin, world.store, library, IMPATIENT)

        assert (login.without, False) == (login.without, _is_unfinished(admin))


def test_each_right_that_is_taken_is_named_and_costs_nothing(
    server: Server, library: Library, undisturbed
):
    logins = list(crippled(has_selectors=server.can_be_asked))
    wrong = [
        fault
        for number, login in enumerate(logins)
        for fault in _faults(server, library, undisturbed, f"w{number}", login)
    ]

    assert [] == wrong
    assert 40 < len(logins)


def test_a_script_that_is_stopped_in_its_middle_is_finished_by_whoever_takes_the_place(
    server: Server, library: Library, undisturbed, monkeypatch
):
    """Where Redis can be asked, the scripts are made not to ask."""
    monkeypatch.setattr(scripts, "script_text", _without_asking)
    stopped = set()
    for number, login in enumerate(crippled(has_selectors=server.can_be_asked)):
        admin = RedisWorld(server.admin, f"s{number}")
        put_events(admin)
        admin.store.agree(TERMS)
        world = RedisWorld(server.login(f"s{number}", login.rules), f"s{number}")

        work(admin, world.store, library, IMPATIENT)
        if _is_unfinished(admin):
            stopped |= {login.without.split()[0]}
        resolve(admin, library)

        assert (login.without, undisturbed) == (login.without, outcome(admin))
        assert not _is_unfinished(admin)
    assert {"+hdel", "+rpush", "+xadd", "+xdel", "+zadd"} <= stopped


def _without_asking(name: ScriptName) -> str:
    return script_text(name).replace("if not redis.acl_check_cmd then", "if true then")


def _is_unfinished(world: RedisWorld) -> bool:
    places = ["door", *map(lane_name, range(TERMS.lanes))]
    return any(world.client.hexists(world.keys.attempts(place), "unfinished") for place in places)


def _faults(
    server: Server, library: Library, expected: dict[str, Any], name: str, login: Crippled
) -> Iterator[str]:
    """What goes wrong under a login, in words."""
    admin = RedisWorld(server.admin, name)
    put_events(admin)
    world = RedisWorld(server.login(name, login.rules), name)
    if (said := _refusal(world)) is None or not _names(said, login.without):
        yield f"without {login.without}: {said}"
    work(admin, world.store, library, IMPATIENT)  # as if it had been ready a moment ago
    resolve(admin, library)
    if outcome(admin) != expected:
        yield f"without {login.without}, another outcome: {outcome(admin)}"


def _refusal(world: RedisWorld) -> str | None:
    try:
        world.store.agree(TERMS)
    except RightsMissing as missing:
        return str(missing)
    return None


def _names(said: str, without: str) -> bool:
    command = WORD.match(without)
    return command is None or command[1].upper() in said


def _words_of(rules: str) -> list[str]:
    return re.findall(r"\([^)]*\)|\S+", rules)
