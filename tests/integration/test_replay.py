"""`adjudicator replay` through a real Redis and real workers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, REPORT, event_of, with_value
from worker.cli import adjudicator
from worker.client import submit
from worker.config.connections import redis_client
from worker.replay.chunks import PART_BYTES
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of, replay
from worker.replay.scenarios import ARRIVAL_ORDERS, Scenario
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "open.jsonl"
DAY = Path(__file__).parents[2] / "worker" / "samples" / "day.jsonl"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    with installation(workers=1) as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRS_REDIS_URL", own.redis.url)
        yield own


@pytest.fixture
def scenario_file(tmp_path: Path):
    def write(**changes: Any) -> str:
        scenario = {
            "name": "a limited MRI",
            "why": "the MRI of two weeks before was limited",
            "cites": ["I.A.3"],
            "events": [event_of(CLAIM, modifiers=[]), with_value(event_of(REPORT), "id", "e-2")],
            "expect": [{"claim_id": "C-1001", "line": 1, "outcome": "approved"}],
        }
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        file.write_text(json.dumps(scenario | changes, indent=1))
        return str(file)

    return write


def test_every_open_scenario_is_right_through_the_queue_in_every_order():
    result = _replay("--embedded", "--orders", ",".join(ARRIVAL_ORDERS), "--json", str(SCENARIOS))

    *results, totals = map(json.loads, result.stdout.splitlines())
    assert [] == [result for result in results if not result["passed"]]
    assert {"scenarios": 4 * 391, "differences": 0, "skipped": 0} == totals
    assert 0 == result.exit_code


@pytest.mark.usefixtures("running")
def test_plain_events_are_held_against_decide():
    result = _replay("--orders", "given,doubled", "--json", str(DAY))

    *results, totals = map(json.loads, result.stdout.splitlines())
    assert [("given", True), ("doubled", True)] == [
        (one["order"], one["passed"]) for one in results
    ]
    assert {"scenarios": 2, "differences": 0, "skipped": 0} == totals


@pytest.mark.usefixtures("running")
def test_a_large_file_is_taken_in_parts_and_is_one_result_an_order(tmp_path):
    padded = [_padded(event, PART_BYTES // 140) for event in _events(DAY)]
    (tmp_path / "large.jsonl").write_bytes(b"\n".join(padded))

    result = _replay("--orders", "given,reversed", "--json", str(tmp_path / "large.jsonl"))

    *results, totals = map(json.loads, result.stdout.splitlines())
    assert [("given", True), ("reversed", True)] == [
        (one["order"], one["passed"]) for one in results
    ]
    assert {"scenarios": 2, "differences": 0, "skipped": 0} == totals


@pytest.mark.usefixtures("running")
def test_what_came_out_is_said_by_outcome_and_reason_with_the_events_a_second():
    result = _replay(str(DAY))

    lines = result.stdout.splitlines()
    assert "What came out" in lines[0]
    assert any(re.match(r"denied +PET_EXCLUSIVE +\d+", line) for line in lines)
    assert re.match(r"154 events through the queue in [\d.]+ s, [\d,]+ a second; 0 ", lines[-2])


@pytest.mark.usefixtures("running")
def test_the_same_file_can_be_replayed_again():
    assert [0, 0] == [_replay(str(DAY)).exit_code for _ in range(2)]


@pytest.mark.usefixtures("running")
def test_events_that_are_refused_are_no_difference_where_decide_refuses_them_too(tmp_path):
    claim = event_of(CLAIM)
    lines = [
        b"{",
        b"[]",
        msgspec.json.encode(claim),
        msgspec.json.encode(with_value(claim, "data.lines[0].units", 2)),  # its id is taken
        msgspec.json.encode(with_value(claim, "data.member_id", " ")),
    ]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines))

    result = _replay("--json", str(tmp_path / "events.jsonl"))

    assert 0 == result.exit_code
    assert json.loads(result.stdout.splitlines()[0])["passed"]


@pytest.mark.usefixtures("running")
def test_a_difference_is_shown_side_by_side_and_makes_exit_1(scenario_file):
    file = scenario_file(
        expect=[{"claim_id": "C-1001", "line": 1, "outcome": "denied", "member_id": "M-1"}]
    )

    result = _replay(file)

    assert 1 == result.exit_code
    assert "a limited MRI (given)" in result.stdout
    for word in ("C-1001, 1", "outcome", "denied", "approved"):
        assert word in result.stdout
    assert "1 replayed, 0 as expected and as `decide` says; 1 differences" in result.stdout


@pytest.mark.usefixtures("running")
def test_an_event_that_should_be_refused_and_is_not_is_a_difference(scenario_file):
    result = _replay("--json", scenario_file(refused=["e-2"]))

    assert 1 == result.exit_code
    assert [
        {
            "claim_id": None,
            "line": None,
            "field": "event e-2",
            "expected": "refused",
            "queue": "accepted",
            "decide": "accepted",
        }
    ] == json.loads(result.stdout.splitlines()[0])["differences"]


@pytest.mark.usefixtures("running")
def test_a_scenario_with_a_library_of_its_own_is_skipped_by_a_running_installation(scenario_file):
    file = scenario_file(parameters={"conventional_lookback_days": 5})

    as_json = _replay("--json", file, scenario_file())
    in_words = _replay(file)

    passed, skipped, totals = map(json.loads, as_json.stdout.splitlines())
    assert passed["passed"]
    assert (False, "a limited MRI", []) == (
        skipped["passed"],
        skipped["name"],
        skipped["differences"],
    )
    assert {"scenarios": 2, "differences": 0, "skipped": 1} == totals
    assert 1 == as_json.exit_code
    assert "Skipped: a limited MRI (needs workers with a library of its own" in in_words.stdout


@pytest.mark.usefixtures("running")
def test_a_member_id_without_room_for_a_prefix_is_skipped_and_named(scenario_file):
    claim = event_of(CLAIM, member_id="M" * 256)

    result = _replay(scenario_file(events=[claim], expect=[]))

    assert 1 == result.exit_code
    assert "Skipped: a limited MRI (a member id leaves no room" in result.stdout


def test_a_worker_that_is_killed_in_the_middle_changes_nothing_that_comes_out():
    days = [Scenario(name=f"day {number}", events=_events(DAY), expect=[]) for number in range(40)]
    cases = [
        case for number, day in enumerate(days) for case in cases_of(day, ["given"], "r", number)
    ]
    killed: list[int] = []
    lease = {"lease_seconds": 2}
    with installation(workers=2, settings=lease) as own, redis_client(own.settings) as redis:
        watch = QueueWatch(redis, Keys("mrs"), own.settings.lanes)
        total = sum(len(case.events) for case in cases)

        def kill_each_worker_once(waiting: int) -> None:
            if waiting and len(killed) < 2 and waiting < total * (0.9, 0.5)[len(killed)]:
                own.workers[len(killed)].kill()
                killed.append(waiting)
            own.mend()

        results = list(
            replay(
                cases,
                watch,
                lambda events: submit(events, redis_url=own.redis.url),
                load_library(SHIPPED),
                kill_each_worker_once,
            )
        )
        ids = [msgspec.json.decode(event)["id"] for event in watch.determinations()]

    assert 2 == len(killed)
    assert [] == [result for result in results if result.differences]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no_file"),
        pytest.param(["--orders", "given,sideways", str(DAY)], id="no_such_order"),
        pytest.param(["nowhere.jsonl"], id="no_such_file"),
    ],
)
def test_misuse_makes_exit_2(arguments):
    assert 2 == _replay(*arguments).exit_code


def _replay(*arguments: str) -> Result:
    return CliRunner().invoke(adjudicator, ["replay", *arguments])


def _padded(event: bytes, size: int) -> bytes:
    """The event with a field that nobody reads."""
    told = json.loads(bytes(event))
    told["data"]["padding"] = "x" * size
    return json.dumps(told).encode()


def _events(file: Path) -> list[msgspec.Raw]:
    return [msgspec.Raw(line) for line in file.read_bytes().splitlines()]
