"""Each command asks all shards, and says the same as of an installation with one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import Result

from rules.loading.files import SHIPPED, load_library
from tests.support.archives import OPEN, PUBLISHED, run
from tests.support.sharded_days import ShardedDay, worked_off
from worker.audit.views import ViewLog
from worker.client import submit
from worker.config.settings import load_settings
from worker.sandbox.redis_server import embedded_redis
from worker.store.shards import open_shards

SHARDS = 4
pytestmark = pytest.mark.xdist_group("sharded_commands")


@pytest.fixture(scope="module")
def day() -> Iterator[ShardedDay]:
    """Four shards on one server, and beside them the same day with one."""
    with embedded_redis({"appendonly": "no"}) as server:
        where = {"redis_url": server.url, "broker_url": server.url, "lanes": 4}
        library = load_library(SHIPPED)
        worked_off(where | {"prefix": "alone"}, library)
        worked_off(where | {"shards": SHARDS}, library)
        yield ShardedDay(where | {"shards": SHARDS}, (server,))


@pytest.fixture
def said(day, monkeypatch):
    """What a command says of the shards; `alone` of the same day with one."""

    def of(*words: str, alone: bool = False) -> Result:
        told = {"MRS_PREFIX": "alone", "MRS_SHARDS": "1"} if alone else {}
        for name, value in (day.environment | {"MRS_PREFIX": "mrs"} | told).items():
            monkeypatch.setenv(name, value)
        return run(*words)

    return of


def objects(result: Result) -> list[Any]:
    """Its JSON lines, in an order of their own."""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return sorted(lines, key=lambda each: json.dumps(each, sort_keys=True))


def decision_in(explained: Any) -> tuple[object, ...]:
    """What was decided of a line; the times of two installations differ."""
    told = explained["determination"]
    return tuple(told[name] for name in ("line", "revision", "outcome", "reason", "needs"))


def test_the_members_of_the_day_are_in_several_shards(day):
    with open_shards(load_settings(**day.settings)) as shards:
        lengths = [shard.redis.xlen(shard.keys.determinations) for shard in shards]

    assert PUBLISHED == sum(lengths)
    assert len([length for length in lengths if length]) > 2


@pytest.mark.parametrize("claim", ["CLM-2025-0403", "CLM-2025-0101"])
def test_explain_finds_a_claim_in_whichever_shard_it_is(said, claim):
    found, expected = said("explain", claim, "--json"), said("explain", claim, "--json", alone=True)

    assert expected.exit_code == found.exit_code
    assert list(map(decision_in, objects(expected))) == list(map(decision_in, objects(found)))


def test_explain_says_of_no_claim_that_it_is_not_known(said):
    assert 1 == said("explain", "CLM-none").exit_code


def test_pends_of_all_shards_come_in_one_order(said):
    found = [json.loads(line) for line in said("pends", "--json").stdout.splitlines()]
    expected = said("pends", "--json", alone=True)

    days = [each["due_on"] for each in found if each["due_on"]]
    assert OPEN == len(days)
    assert sorted(days) == days
    assert objects(expected) == sorted(found, key=lambda each: json.dumps(each, sort_keys=True))


def test_pends_shows_a_table_and_the_sums(said):
    shown, expected = said("pends"), said("pends", alone=True)

    assert 0 == shown.exit_code
    assert expected.stdout.splitlines()[-2:] == shown.stdout.splitlines()[-2:]


def test_dead_letters_of_all_shards_are_listed_with_their_shard(said):
    found = objects(said("dead-letters", "list", "--json"))
    expected = objects(said("dead-letters", "list", "--json", alone=True))

    assert expected
    assert sorted(each["reason"] for each in expected) == sorted(each["reason"] for each in found)
    shown = said("dead-letters", "show", found[0]["id"], "--json")
    assert 0 == shown.exit_code
    assert 1 == said("dead-letters", "show", "1-0@3", "--json").exit_code


def test_a_dry_run_of_readjudicate_decides_members_of_all_shards(said):
    words = ("readjudicate", "--all", "--dry-run", "--json")

    assert objects(said(*words, alone=True)) == objects(said(*words))


def test_readjudicate_finds_the_members_of_a_claim(said):
    words = ("readjudicate", "--claim", "CLM-2025-0403", "--dry-run", "--json")

    assert objects(said(*words, alone=True)) == objects(said(*words))


def test_whatif_tries_the_records_of_all_shards(said):
    words = ("whatif", "--recorded", "--sweep", "exclusivity_window_days=90")
    words = (*words, "--examples", "0", "--json", "--jobs", "1")

    assert objects(said(*words, alone=True)) == objects(said(*words))


def test_the_report_counts_all_shards_and_agrees_with_their_counters(said):
    (found,), (expected,) = (
        objects(said("report", "--json", alone=each)) for each in (False, True)
    )

    assert found["agrees_with_counters"] is True
    assert expected == found


def test_the_queue_adds_up_what_waits(said):
    (found,) = objects(said("queue", "--json"))

    assert (0, {}) == (found["events"], found["lanes"])


def test_a_letter_is_the_same_as_of_one_shard(said):
    words = ("letter", "CLM-2025-0403", "--date", "2025-08-01")

    found, expected = said(*words), said(*words, alone=True)
    assert (0, expected.stdout) == (found.exit_code, found.stdout)
    assert 1 == said("letter", "CLM-none").exit_code


def test_the_log_of_views_is_one_for_all_shards(said, day):
    with open_shards(load_settings(**day.settings)) as shards:
        log = ViewLog(shards[0].redis, shards[0].keys)
        for member in ("M-003", "M-001"):
            log.note(datetime.now(UTC), ("R-1", "reviewer"), "view", "claim", {"member": member})

    listed = said("audit", "views", "--json")

    assert 0 == listed.exit_code, listed.stderr
    views = [json.loads(line) for line in listed.stdout.splitlines()]
    assert ["M-003", "M-001"] == [each["subjects"]["member"] for each in views]


def test_follow_says_of_an_event_that_never_came_that_it_was_not_seen(said):
    assert 1 == said("follow", "/gateway", "never").exit_code


class TestAudit:
    """All chains of all shards."""

    def test_everything_is_verified(self, said):
        (found,) = objects(said("audit", "verify", "--json", "--jobs", "1"))
        (expected,) = objects(said("audit", "verify", "--json", "--jobs", "1", alone=True))

        assert expected == found

    def test_one_claim_is_verified_and_exported(self, said, tmp_path):
        file = tmp_path / "evidence.json"

        verified = said("audit", "verify", "--claim", "CLM-2025-0403", "--jobs", "1")
        exported = said("audit", "export", "CLM-2025-0403", "--member", "M-003", "--out", str(file))
        again = said("audit", "verify", str(file), "--json")

        expected = said("audit", "verify", "--claim", "CLM-2025-0403", "--jobs", "1", alone=True)
        assert (expected.exit_code, expected.stdout) == (verified.exit_code, verified.stdout)
        assert 0 == exported.exit_code, exported.stderr
        assert [] == objects(again)[0]["findings"]

    def test_an_anchor_has_the_members_of_all_shards(self, said, tmp_path):
        anchor = tmp_path / "anchor"

        made = said("audit", "anchor", str(anchor))
        verified = said("audit", "verify", "--anchor", str(anchor), "--json", "--jobs", "1")

        assert 0 == made.exit_code, made.stderr
        assert [] == objects(verified)[0]["findings"]


@pytest.fixture(scope="module")
def archived(tmp_path_factory):
    """The archive of a day of its own, all of which a group has read."""
    folder = tmp_path_factory.mktemp("archive") / "archive"
    with embedded_redis({"appendonly": "no"}) as server:
        where = {"redis_url": server.url, "broker_url": server.url, "shards": SHARDS}
        worked_off(where, load_library(SHIPPED))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in ShardedDay(where, (server,)).environment.items():
                patch.setenv(name, value)
            with open_shards(load_settings(**where)) as shards:
                for shard in shards:
                    _read_all(shard)
            yield folder, run("archive", str(folder), "--json")


class TestArchive:
    """A folder for each shard."""

    def test_each_shard_has_a_folder_and_a_summary(self, archived):
        folder, moved = archived

        summaries = objects(moved)
        assert 0 == moved.exit_code, moved.stderr
        assert list(range(SHARDS)) == sorted(each["shard"] for each in summaries)
        assert PUBLISHED - OPEN == sum(each["moved"] for each in summaries)
        folders = {each.name for each in folder.iterdir()}
        assert {f"shard={number}" for number in range(SHARDS)} == folders

    def test_the_files_of_all_are_checked(self, archived):
        folder, _ = archived

        assert 0 == run("archive", str(folder), "--check").exit_code

    def test_what_is_archived_is_read_back(self, archived):
        folder, _ = archived
        claim = ("explain", "CLM-2025-0403", "--member", "M-003", "--json")

        assert 0 == run(*claim, "--archive", str(folder)).exit_code
        verified = run("audit", "verify", "--archive", str(folder), "--json", "--jobs", "1")
        assert [] == objects(verified)[0]["findings"]
        (report,) = objects(run("report", "--archive", str(folder), "--json"))
        assert report["agrees_with_counters"] is True

    def test_without_the_archive_it_is_asked_for(self, archived):
        del archived
        asked = run("audit", "verify", "--jobs", "1")

        assert 3 == asked.exit_code
        assert "--archive" in asked.stderr


def _read_all(shard) -> None:
    redis, stream = shard.redis, shard.keys.determinations
    redis.xgroup_create(stream, "billing", "0", mkstream=True)
    given = redis.xreadgroup("billing", "c", {stream: ">"})
    for _, entries in given:
        redis.xack(stream, "billing", *(entry_id for entry_id, _ in entries))


def test_what_is_sent_waits_in_the_shard_of_its_member_and_is_found_there(said, day):
    event = b'{"source": "/gateway", "id": "waits", "data": {"member_id": "M-waits"}}'
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (day.environment | {"MRS_PREFIX": "mrs"}).items():
            patch.setenv(name, value)
        submit([event])

    (waiting,) = objects(said("queue", "--json"))
    (trace,) = objects(said("follow", "/gateway", "waits", "--json"))

    assert 1 == waiting["events"]
    assert trace["where"].startswith("shard ")
