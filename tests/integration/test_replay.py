"""`adjudicator replay` through a real Redis and real workers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, REPORT, event_of, with_value
from worker.cli import adjudicator
from worker.client import submit
from worker.commands import replay as replay_command
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.processes.partitions import PART_BYTES
from worker.replay.loads import NEEDS_OWN_WORKERS
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of, replay
from worker.replay.scenarios import ARRIVAL_ORDERS, Scenario
from worker.sandbox.installation import installation
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import Keys

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "open.jsonl"
DAY = Path(__file__).parents[2] / "worker" / "samples" / "day.jsonl"

pytestmark = pytest.mark.timeout(300)


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
    result = _replay("--orders", ",".join(ARRIVAL_ORDERS), "--json", str(SCENARIOS))

    *results, totals = map(json.loads, result.stdout.splitlines())
    assert [] == [result for result in results if not result["passed"]]
    assert {"scenarios": 4 * 391, "differences": 0, "skipped": 0} == totals
    assert 0 == result.exit_code


def test_plain_events_and_files_in_parts_are_one_result_an_order(tmp_path, monkeypatch):
    # The files that are not in parts go through the first queue, each part through one of its own.
    monkeypatch.setattr(replay_command, "LOADS_A_QUEUE", 1)
    padded = [_padded(event, PART_BYTES // 140) for event in _events(DAY)]
    (tmp_path / "large.jsonl").write_bytes(b"\n".join(padded))
    (tmp_path / "refused.jsonl").write_bytes(b"\n".join(_refused_events()))
    files = [str(DAY), str(tmp_path / "large.jsonl"), str(tmp_path / "refused.jsonl")]

    result = _replay("--embedded", "--orders", "given,doubled", "--json", *files)

    *results, totals = map(json.loads, result.stdout.splitlines())
    assert {(file, order): True for file in files for order in ("given", "doubled")} == {
        (one["name"], one["order"]): one["passed"] for one in results
    }
    assert {"scenarios": 6, "differences": 0, "skipped": 0} == totals


def test_what_came_out_is_said_by_outcome_and_reason_with_the_events_a_second():
    result = _replay(str(DAY))

    lines = result.stdout.splitlines()
    assert "What came out" in lines[0]
    assert any(re.match(r"denied +PET_EXCLUSIVE +\d+", line) for line in lines)
    assert re.match(r"155 events through the queue in [\d.]+ s, [\d,]+ a second; 0 ", lines[-2])


def test_differences_are_shown_side_by_side_and_make_exit_1(scenario_file):
    other = [{"claim_id": "C-1001", "line": 1, "outcome": "denied", "member_id": "M-1"}]
    long_id = event_of(CLAIM, member_id="M" * 256)

    result = _replay(
        scenario_file(expect=other),
        scenario_file(name="not refused", refused=["e-2"]),
        scenario_file(name="long id", events=[long_id], expect=[]),
    )

    assert 1 == result.exit_code
    assert "a limited MRI (given)" in result.stdout
    for word in ("C-1001, 1", "outcome", "denied", "approved", "event e-2", "accepted"):
        assert word in result.stdout
    assert "Skipped: long id (a member id leaves no room" in result.stdout
    assert "2 replayed, 0 as expected and as `decide` says; 2 differences" in result.stdout


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


def test_on_a_live_redis_of_several_shards_a_replay_is_in_the_first_and_nothing_of_it_stays(
    scenario_file,
):
    with embedded_redis() as server, redis_client(load_settings(redis_url=server.url)) as redis:
        environment = {"MRS_REDIS_URL": server.url, "MRS_SHARDS": "4"}
        result = _replay("--live", "mrs", "--json", scenario_file(), env=environment)
        keys = list(redis.scan_iter("*"))

    passed, totals = map(json.loads, result.stdout.splitlines())
    assert passed["passed"], result.stderr
    assert {"scenarios": 1, "differences": 0, "skipped": 0} == totals
    assert re.search(r" under the prefix \{mrs-0\}:replay-[0-9a-f]{8}\.", result.stderr)
    assert [] == keys


def test_on_a_live_redis_nothing_of_a_replay_is_seen_and_nothing_of_it_stays(scenario_file):
    """The installation has no worker: what is decided, the replay's own workers decide."""
    own_library = scenario_file(name="strict", parameters={"conventional_lookback_days": 5})
    with embedded_redis() as server, redis_client(load_settings(redis_url=server.url)) as redis:
        submit([b"{}"], redis_url=server.url)
        environment = {"MRS_REDIS_URL": server.url}
        result = _replay("--live", "mrs", "--json", own_library, str(DAY), env=environment)
        keys, waiting = list(redis.scan_iter("*")), redis.xlen("mrs:events")

    passed, skipped, totals = map(json.loads, result.stdout.splitlines())
    assert (True, str(DAY)) == (passed["passed"], passed["name"])
    assert ("strict", NEEDS_OWN_WORKERS) == (skipped["name"], skipped["skipped"])
    assert {"scenarios": 2, "differences": 0, "skipped": 1} == totals
    assert 1 == result.exit_code
    assert re.match(
        r"Warning: 155 events .* under the prefix mrs:replay-[0-9a-f]{8}\.", result.stderr
    )
    assert ([b"mrs:events"], 1) == (keys, waiting)


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
        pytest.param(["--live", str(DAY)], id="live_without_a_prefix"),
        pytest.param(["--live", "mrs-of-others", str(DAY)], id="live_with_another_prefix"),
        pytest.param(["--live", "", str(DAY)], id="live_with_an_empty_prefix"),
        pytest.param(["--live", "mrs", "--embedded", str(DAY)], id="live_and_embedded"),
    ],
)
def test_misuse_makes_exit_2(arguments):
    assert 2 == _replay(*arguments).exit_code


def _replay(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(adjudicator, ["replay", *arguments], env=env)


def _refused_events() -> list[bytes]:
    claim = event_of(CLAIM)
    return [
        b"{",
        b"[]",
        msgspec.json.encode(claim),
        msgspec.json.encode(with_value(claim, "data.lines[0].units", 2)),  # its id is taken
        msgspec.json.encode(with_value(claim, "data.member_id", " ")),
    ]


def _padded(event: bytes, size: int) -> bytes:
    """The event with a field that nobody reads."""
    told = json.loads(bytes(event))
    told["data"]["padding"] = "x" * size
    return json.dumps(told).encode()


def _events(file: Path) -> list[msgspec.Raw]:
    return [msgspec.Raw(line) for line in file.read_bytes().splitlines()]
