"""`adjudicator queue`, and waiting for what was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import drain, route
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.operations.backlog import QueueBacklog
from worker.replay.queue_watch import QueueStands
from worker.store.keys import Keys

EVENTS = [encoded(event_of(CLAIM, member_id=f"M-{number}")) for number in range(3)]


@pytest.fixture
def world(redis_world: RedisWorld, monkeypatch) -> RedisWorld:
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    return redis_world


@pytest.fixture
def backlog(world: RedisWorld) -> QueueBacklog:
    return QueueBacklog(world.client, Keys("mrs"), 16)


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(adjudicator, arguments, input=stdin)


def send(world: RedisWorld, *events: bytes) -> None:
    for event in events:
        world.send({b"event": event})


def test_where_nothing_waits_it_says_so(world):
    del world

    result = run("queue")

    assert (0, "Nothing waits.\n0 workers are ready.\n") == (result.exit_code, result.stdout)


def test_it_says_how_many_wait_where(world):
    send(world, *EVENTS[:2])
    route(world)
    send(world, EVENTS[2])

    in_words, as_json = run("queue"), json.loads(run("queue", "--json").stdout)

    assert in_words.stdout.startswith("3 events wait, the oldest for 0 seconds.\nAt the door: 1.\n")
    assert (3, 1, 2) == (as_json["events"], as_json["door"], sum(as_json["lanes"].values()))
    for lane in as_json["lanes"]:
        assert f"Lane {lane}: " in in_words.stdout


def test_one_event_waits_in_the_singular(world):
    send(world, EVENTS[0])

    assert run("queue").stdout.startswith("1 event waits, ")


def test_waiting_ends_when_what_waited_is_worked_off_whatever_comes_after(world, library, backlog):
    send(world, *EVENTS[:2])
    looks = 0

    def work(_: int) -> None:
        nonlocal looks
        looks += 1
        route(world)
        drain(world, library)
        send(world, EVENTS[2])

    backlog.wait(look=work, seconds_without_progress=5)

    assert looks
    assert world.client.xlen("mrs:events")


def test_waiting_goes_on_while_an_event_stands_in_its_lane(world, backlog):
    send(world, EVENTS[0])
    route(world)

    with pytest.raises(QueueStands, match=r"for 0 seconds; 1 event in it"):
        backlog.wait(seconds_without_progress=0.2)


def test_waiting_for_an_id_does_not_wait_for_what_came_later(world, library, backlog):
    send(world, EVENTS[0])
    (last, _), *_ = world.entries("door")
    route(world)
    drain(world, library)
    send(world, EVENTS[1])

    backlog.wait(last, seconds_without_progress=0.2)

    assert 1 == backlog.waiting()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["queue", "--wait"], id="queue"),
        pytest.param(["submit", "--wait", "-"], id="submit"),
    ],
)
def test_the_commands_wait(world, library, words):
    send(world, EVENTS[0])
    ended = threading.Event()
    worker = _working(world, library, ended)

    result = run(*words, stdin=b"\n".join(EVENTS))
    ended.set()
    worker.join()

    assert 0 == result.exit_code, result.output
    assert not world.client.xlen("mrs:events")
    assert world.determinations()


def test_what_was_sent_is_counted_as_json(world):
    result = run("submit", "--json", "-", stdin=b"\n".join([*EVENTS, b"{}"]))

    assert (1, {"sent": 3, "refused": 1}) == (result.exit_code, json.loads(result.stdout))
    assert 3 == world.client.xlen("mrs:events")


def _working(world: RedisWorld, library: object, ended: threading.Event) -> threading.Thread:
    def work() -> None:
        turns: tuple[Callable[[], object], ...] = (
            lambda: route(world),
            lambda: drain(world, library),
        )
        while not ended.wait(0.05):
            for turn in turns:
                turn()

    thread = threading.Thread(target=work)
    thread.start()
    return thread
