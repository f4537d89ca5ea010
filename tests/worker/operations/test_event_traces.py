"""One event is followed from source and id, or its hash in the logs, to the determination."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from tests.support.event_builders import CLAIM, COVERAGE, encoded, event_of
from tests.support.sources import ROOT
from tests.support.turns import route, work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.logs.logs import hashed_event_id

SOURCE, ID = "/edi/gateway", "e-77"
HASH = hashed_event_id(SOURCE, ID)
EVENT = encoded(event_of(CLAIM) | {"source": SOURCE, "id": ID})


@pytest.fixture
def world(redis_world: RedisWorld, shared_redis, monkeypatch) -> RedisWorld:
    monkeypatch.setenv("MRS_REDIS_URL", shared_redis.url)
    return redis_world


def follow(*words: str) -> Result:
    return CliRunner().invoke(adjudicator, ["follow", *words])


def test_an_event_at_the_door_waits(world):
    world.send({b"event": b"{"})
    world.send({b"other": b"x"})
    entry = world.send({b"event": EVENT})

    result = follow(SOURCE, ID)

    assert 0 == result.exit_code
    assert [
        f"event_hash {HASH}",
        f"at the door, {entry}: waits to be decided",
    ] == result.stdout.splitlines()


def test_an_event_in_a_lane_waits_there(world):
    world.send({b"event": EVENT})
    route(world)

    assert re.search(
        r"^in lane 0\d, \d+-\d+: waits to be decided$", follow(HASH).stdout, re.MULTILINE
    )


def test_an_event_that_was_decided_led_to_determinations(world, library):
    work_off(world, library, EVENT)

    said = follow(SOURCE, ID).stdout.splitlines()[1:]

    ((entry, _),) = world.client.xrange(world.keys.determinations)
    assert [
        f"determinations, {entry.decode()}: line 1: approved, CRITERIA_MET; revision 1 (initial)"
    ] == said


def test_neither_member_nor_claim_is_named(world, library):
    work_off(world, library, EVENT)

    said = follow(HASH).output

    assert "M-1" not in said
    assert "C-1001" not in said


def test_an_event_that_was_refused_is_among_the_dead_letters(world, library):
    event = event_of(COVERAGE) | {"source": SOURCE, "id": ID}
    del event["data"]["plan_id"]
    work_off(world, library, encoded(event), b"{")

    said = follow(HASH).stdout
    assert re.search(r"^dead letters, \d+-\d+: refused, INVALID_DATA$", said, re.MULTILINE)


def test_an_event_that_was_set_aside_is_told_from_one_that_was_refused(world):
    letter = {"reason": "ATTEMPTS_EXHAUSTED", "source": SOURCE, "event_id": ID}
    world.client.xadd(world.keys.dead_letters, letter, "1-1")

    assert follow(HASH).stdout.endswith("dead letters, 1-1: set aside, ATTEMPTS_EXHAUSTED\n")


def test_an_event_that_killed_each_process_is_found_by_its_bytes(world):
    letter = {"reason": "ATTEMPTS_EXHAUSTED", "source": "", "event_id": "", "event": EVENT}
    world.client.xadd(world.keys.dead_letters, letter, "1-1")

    assert "1-1: set aside, " in follow(HASH).stdout


def test_an_event_whose_dead_letter_was_discarded_is_told_so(world):
    letter = {"letter": "1-1", "because": "a test", "reason": "INVALID_DATA"}
    letter |= {"source": SOURCE, "event_id": ID}
    world.client.xadd(world.keys.discarded, letter, "2-1")

    assert "discarded dead letters, 2-1: discarded, INVALID_DATA" in follow(HASH).stdout


def test_an_event_that_was_applied_and_changed_nothing_is_told_from_one_never_seen(world, library):
    event = encoded(event_of(COVERAGE) | {"source": SOURCE, "id": ID})
    work_off(world, library, event)

    applied, never_seen = follow(SOURCE, ID), follow(SOURCE, "another")

    assert 0 == applied.exit_code
    assert applied.stdout.endswith(
        "records: applied; it changed no determination that Redis still holds\n"
    )
    assert 1 == never_seen.exit_code
    assert "It was never seen here" in never_seen.stderr


def test_each_trace_has_the_state_for_programs(world, library):
    work_off(world, library, EVENT)
    world.send({b"event": EVENT})

    states = [json.loads(line)["state"] for line in follow(HASH, "--json").stdout.splitlines()]

    assert ["waiting", "applied"] == states


def test_an_event_that_nobody_knows_of(world, library):
    work_off(world, library, EVENT)

    result = follow(SOURCE, "another")

    assert 1 == result.exit_code
    assert "It was never seen here: it is not waiting" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("0123",), id="no_hash"),
        pytest.param(("a", "b", "c"), id="too_many_words"),
    ],
)
def test_words_that_name_no_event_are_misuse(words):
    assert 2 == follow(*words).exit_code


def test_more_entries_than_one_page_are_looked_through(world):
    for number in range(501):
        world.send({b"event": encoded(event_of(CLAIM) | {"id": f"other-{number}"})})
    world.send({b"event": EVENT})

    assert 2 == len(follow(HASH).stdout.splitlines())


_WORK_OFF = """
import sys
from redis import Redis
from rules.loading.files import SHIPPED, load_library
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.logs.logs import set_up_logs
set_up_logs("json", sys.argv[1])
events = [bytes.fromhex(event) for event in sys.argv[3:]]
with Redis(unix_socket_path=sys.argv[2]) as client:
    work_off(RedisWorld(client), load_library(SHIPPED), *events)
"""


def logged(server, level, *events):
    """What a worker logs of some events."""
    words = [level, str(server.socket_path), *(event.hex() for event in events)]
    done = subprocess.run(
        [sys.executable, "-c", _WORK_OFF, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_the_hash_in_the_log_is_the_one_to_follow(world, shared_redis):
    lines = logged(shared_redis, "debug", EVENT, EVENT, b"{")

    events = [line for line in lines if line["event"] == "event"]
    assert {
        (HASH, "claim.submitted.v1", "applied"),
        (HASH, "claim.submitted.v1", "duplicate"),
        (None, "unknown", "refused"),
    } == {(line["event_hash"], line["event_type"], line["result"]) for line in events}
    assert "line 1: approved" in follow(events[0]["event_hash"] or HASH).stdout
    assert "[redacted]" not in json.dumps(lines)


def test_above_debug_no_line_is_about_one_event(world, shared_redis):
    lines = logged(shared_redis, "info", EVENT)

    assert {"batch"} == {line["event"] for line in lines}
