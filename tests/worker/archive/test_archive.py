"""`adjudicator archive` moves what everybody has read, and nothing else, and says what it left."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from tests.support.archives import DAY, DETERMINATIONS, OPEN, PUBLISHED, PublishedDay, run
from tests.support.event_builders import encoded
from tests.support.programs import EVERY_SERVER
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.archive.acknowledged import Bound, acknowledged, no_younger_than
from worker.archive.folder import Folder
from worker.metrics.consumer_lag import UnreadCount, unread_by_group
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import Keys
from worker.store.upkeep import last_successes


@pytest.fixture
def day(redis_world, library, redis_url, tmp_path: Path, monkeypatch) -> PublishedDay:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    return PublishedDay(redis_world, library, tmp_path / "archive")


# ------------------------------------------------------------------------ what is acknowledged


@pytest.fixture
def ten(redis_client: Redis) -> Redis:
    for number in range(1, 11):
        redis_client.xadd("s", {"event": str(number)}, id=f"{number}-0")
    return redis_client


def _read(redis: Redis, group: str, given: int, acknowledged: list[int]) -> None:
    redis.xgroup_create("s", group, "0")
    if given:
        redis.xreadgroup(group, "c", {"s": ">"}, count=given)
    for number in acknowledged:
        redis.xack("s", group, f"{number}-0")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param([], None, id="no_group"),
        pytest.param([(0, [])], 0, id="nothing_was_given"),
        pytest.param([(3, [])], 0, id="nothing_was_acknowledged"),
        pytest.param([(3, [1, 2, 3])], 3, id="all_that_was_given"),
        pytest.param([(3, [1, 2])], 2, id="all_but_the_last"),
        pytest.param([(5, [1, 2, 4, 5])], 2, id="all_but_one_in_the_middle"),
        pytest.param([(10, list(range(1, 11)))], 10, id="everything"),
        pytest.param([(9, list(range(1, 10))), (4, [1, 2, 3, 4])], 4, id="the_slower_of_two"),
        pytest.param([(4, [1, 2, 3, 4]), (9, [1, 3])], 1, id="the_one_that_holds_back_one"),
        pytest.param([(10, list(range(1, 11))), (0, [])], 0, id="one_that_has_not_begun"),
    ],
)
def test_acknowledged_is_what_every_group_was_given_and_has_acknowledged(ten, groups, expected):
    for number, (given, confirmed) in enumerate(groups):
        _read(ten, f"g{number}", given, confirmed)

    bound = acknowledged(ten, "s")

    until = [] if bound is None else ten.xrange("s", max=bound.last)
    assert (expected is None, expected or 0) == (bound is None, len(until))


def test_where_there_is_no_stream_nothing_is_acknowledged(redis_client):
    assert None is acknowledged(redis_client, "s")


@pytest.mark.parametrize(
    ("days_old", "days", "is_kept"),
    [
        pytest.param(3, 0, False, id="no_age_is_asked_for"),
        pytest.param(3, 2, False, id="older"),
        pytest.param(3, 4, True, id="younger"),
    ],
)
def test_what_is_younger_than_asked_for_stays(redis_client, days_old, days, is_kept):
    seconds, _ = redis_client.time()
    bound = Bound(f"{(seconds - days_old * 86_400) * 1000}-0", "billing")

    chosen = no_younger_than(redis_client, bound, days)

    assert is_kept is (chosen != bound)
    assert is_kept is (chosen.kept_by is None)


# ------------------------------------------------------------------------------- what is moved


def test_what_is_acknowledged_is_moved_and_the_rest_stays(day):
    day.acknowledge(30)

    result = day.archive()

    assert 0 == result.exit_code, result.output
    assert day.published == day.everything()
    assert set(day.published[30:]) < set(day.stream())
    assert set(day.archived()) < set(day.published[:30])
    assert "Group billing has acknowledged the least" in result.stdout


def test_without_a_group_nothing_is_moved_and_it_says_why(day):
    result = day.archive()

    assert (0, day.published) == (result.exit_code, day.stream())
    assert "No consumer group reads them, so none is acknowledged." in result.stdout


def test_what_pends_a_line_that_waits_stays_for_the_list_of_pends(day):
    before = run("pends", "--json").stdout
    day.acknowledge()

    result = day.archive()

    assert (OPEN, before) == (len(day.stream()), run("pends", "--json").stdout)
    assert f"{OPEN} stay because their lines are still pended" in result.stdout


def test_what_waited_and_is_resolved_goes_into_a_file_of_its_own(day):
    day.acknowledge()
    day.archive()
    work_off(day.world, day.library, _void_of("CLM-2025-0411"))
    (resolved,) = [each for each in day.stream() if b'"CONVENTIONAL_IMAGING_UNKNOWN"' in each[1]]
    everything = day.everything()
    before = len(Folder(day.folder).manifest().files)
    day.acknowledge()

    day.archive()

    late, regular = Folder(day.folder).manifest().files[before:]
    assert (1, resolved[0]) == (late.entries, late.first)
    assert day.published[-1][0] < regular.first
    assert (everything, OPEN - 1) == (day.everything(), len(day.stream()))


def _void_of(claim_id: str) -> bytes:
    (claim,) = [
        event
        for event in map(json.loads, DAY.read_bytes().splitlines())
        if event["type"] == "claim.submitted.v1" and event["data"]["claim_id"] == claim_id
    ]
    data = claim["data"] | {"claim_id": "V-1", "frequency": "8", "replaces": claim_id}
    return encoded(claim | {"id": "void", "data": data})


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"event": "{}"}, id="no_determination"),
        pytest.param({"event": "\xff"}, id="no_text"),
        pytest.param({"other": "1"}, id="another_field"),
    ],
)
def test_what_others_wrote_stays_and_is_counted(day, fields):
    foreign = day.redis.xadd(DETERMINATIONS, fields)
    beside = dict(day.redis.xrange(DETERMINATIONS, count=1)[0][1]) | {b"more": b"1"}
    more = day.redis.xadd(DETERMINATIONS, beside)
    day.acknowledge()

    result = day.archive()

    left = [entry_id for entry_id, _ in day.redis.xrange(DETERMINATIONS)]
    assert [foreign, more] == left[-2:]
    assert "2 entries of mrs:determinations are not our determinations" in result.stdout


def test_the_bytes_of_a_determination_come_back_as_they_were(day):
    entry_id, event = day.published[0]
    spaced = event.replace(b'{"specversion":', b'{ "specversion" :\t', 1)
    day.redis.delete(DETERMINATIONS)
    day.redis.xadd(DETERMINATIONS, {"event": spaced}, id=entry_id)
    day.acknowledge()

    day.archive()

    assert [(entry_id, spaced)] == day.archived()


def test_a_second_run_finds_nothing_more_to_do(day):
    day.acknowledge()
    day.archive()
    before = {path.name: path.read_bytes() for path in day.folder.iterdir()}

    said = json.loads(day.archive("--json").stdout)

    assert (0, [], 0) == (said["moved"], said["files"], said["finished"])
    assert before == {path.name: path.read_bytes() for path in day.folder.iterdir()}


def test_the_manifest_says_what_is_in_each_file(day):
    day.acknowledge()
    day.archive()

    files = Folder(day.folder).manifest().files

    entries = [list(Folder(day.folder).entries(file)) for file in files]
    assert [20, 20, 20, 4] == [file.entries for file in files] == list(map(len, entries))
    assert [(each[0][0], each[-1][0]) for each in entries] == [(f.first, f.last) for f in files]
    assert [{day.library.digest: file.entries} for file in files] == [f.libraries for f in files]
    assert [None, *(file.sha256 for file in files[:-1])] == [file.previous for file in files]


def test_only_their_owner_may_read_the_files(day):
    day.acknowledge()
    day.archive()

    modes = {stat.S_IMODE(path.stat().st_mode) for path in day.folder.iterdir()}

    assert ({0o600}, 0o700) == (modes, stat.S_IMODE(day.folder.stat().st_mode))


def test_the_age_that_is_asked_for_keeps_what_is_younger(day):
    day.acknowledge()

    result = day.archive("--keep-days", "1")

    assert day.published == day.stream()
    assert "Those of the last days stay, as asked." in result.stdout


def test_two_runs_at_once_are_one_too_many(day):
    day.acknowledge()
    folder = Folder(day.folder)
    folder.create()

    with folder.locked():
        result = day.archive()

    assert (3, day.published) == (result.exit_code, day.stream())
    assert "Another command is using this archive" in result.stderr


@pytest.mark.parametrize("binary", EVERY_SERVER)
def test_what_a_group_has_not_got_is_counted_as_before(binary, tmp_path, library, monkeypatch):
    with (
        embedded_redis({"appendonly": "no"}, binary=binary()) as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        monkeypatch.setenv("MRS_REDIS_URL", server.url)
        day = PublishedDay(RedisWorld(client), library, tmp_path / "archive")
        day.acknowledge(PUBLISHED, group="slow")
        client.xadd(DETERMINATIONS, dict(client.xrange(DETERMINATIONS, count=1)[0][1]))
        before = unread_by_group(client, DETERMINATIONS)

        moved = json.loads(day.archive("--json").stdout)["moved"]

        assert (PUBLISHED - OPEN, {"slow": UnreadCount(1, is_estimate=False)}) == (moved, before)
        assert before == unread_by_group(client, DETERMINATIONS)


# ------------------------------------------------------------------------ what is noted


def test_a_run_that_ended_well_is_noted_also_where_nothing_was_to_be_moved(day):
    before = last_successes(day.redis, Keys("mrs"))

    ended = day.archive()

    now, _ = day.redis.time()
    assert 0 == ended.exit_code
    assert 0 == before["archive"]
    assert now - 60 <= last_successes(day.redis, Keys("mrs"))["archive"] <= now


def test_a_run_that_failed_is_not_noted(day):
    day.acknowledge()
    day.archive()
    day.redis.delete("mrs:upkeep")
    (day.folder / "manifest.json").write_text("{")

    ended = day.archive()

    assert 0 != ended.exit_code
    assert 0 == last_successes(day.redis, Keys("mrs"))["archive"]


def test_a_check_is_no_run(day):
    day.acknowledge()
    day.archive()
    day.redis.delete("mrs:upkeep")

    assert 0 == day.archive("--check").exit_code
    assert 0 == last_successes(day.redis, Keys("mrs"))["archive"]


# ------------------------------------------------------------------------ again and again


def test_with_every_it_runs_again_until_it_is_told_to_end(day, redis_url):
    day.acknowledge(count=30)
    command = [sys.executable, "-m", "worker.cli", "archive", str(day.folder), "--every", "0.0003"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    command[-1] = "0.001"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        day.acknowledge()
        said = iter(running.stdout.readline, "")
        second = next(line for line in said if "moved to" in line)
        running.terminate()
        running.communicate(timeout=60)

    assert 2 == refused.returncode
    moved = [int(line.split()[0]) for line in (first, second)]
    assert len(day.published) - OPEN == sum(moved)
    assert 0 not in moved
    assert 128 + signal.SIGTERM == running.returncode
