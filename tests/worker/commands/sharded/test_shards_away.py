"""With the node of some shards gone, each command says what the others hold, and who is missing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pytest
from click.testing import Result

from doors.consumer_options import say_who_is_away
from rules.loading.files import SHIPPED, load_library
from tests.support.archives import DAY, run
from tests.support.scrapes import scrape
from tests.support.sharded_days import SLOTS, ShardedDay, day_on_two_nodes, two_nodes
from worker.config.connections import impatient_client, slot_of
from worker.config.settings import load_settings
from worker.config.shards import shards_of
from worker.consumption import consume
from worker.metrics.exporter import Exporter
from worker.store.keys import Keys
from worker.store.shards import open_shards

pytestmark = [pytest.mark.xdist_group("shards_away"), pytest.mark.timeout(600)]

MANY = 40
SAID = "2 of 4 shards do not answer: 2, 3."
HERE = ("CLM-2025-0403", "--member", "M-003")
"""In a shard that answers."""
THERE = ("CLM-2025-0401", "--member", "M-001")
"""In one that does not."""


@pytest.fixture(scope="module", autouse=True)
def day(tmp_path_factory) -> Iterator[ShardedDay]:
    """The settings of four shards, of which two have lost their node."""
    with day_on_two_nodes(load_library(SHIPPED)) as day, pytest.MonkeyPatch.context() as patch:
        for name, value in day.environment.items():
            patch.setenv(name, value)
        patch.setenv("MRS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        day.servers[1].kill()
        yield day


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        "pends --json",
        "queue --json",
        "report --json",
        "readjudicate --all --dry-run --json",
        "audit verify --json --jobs 1",
        "explain CLM-2025-0403 --json",
        "whatif --recorded --sweep exclusivity_window_days=90 --examples 0 --json --jobs 1",
    ],
)
def test_a_command_shows_what_answers_and_says_what_does_not(words):
    result = run(*words.split())

    assert 3 == result.exit_code
    assert lines(result)
    assert SAID in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        "explain CLM-2025-0401 --json",
        "explain CLM-none",
        "dead-letters show 1-0@3",
        "follow /gateway never",
        "audit export CLM-2025-0401 --out evidence.json",
        "audit verify --claim CLM-2025-0401 --jobs 1",
        "letter CLM-2025-0401",
    ],
)
def test_what_is_not_found_may_be_in_a_shard_that_is_away(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = run(*words.split())

    assert 3 == result.exit_code
    assert SAID in result.stderr
    assert [] == list(tmp_path.iterdir())


def test_a_letter_is_written_for_a_member_whose_shard_answers():
    assert 0 == run("letter", *HERE).exit_code


def test_no_letter_is_written_where_another_member_may_have_a_claim_of_that_id():
    result = run("letter", HERE[0])

    assert (3, "") == (result.exit_code, result.stdout)
    assert SAID in result.stderr


def test_no_letter_is_written_for_a_member_whose_shard_is_away():
    assert (3, "") == (run("letter", *THERE).exit_code, run("letter", *THERE).stdout)


def test_an_archive_has_the_shards_that_answer(tmp_path):
    result = run("archive", str(tmp_path), "--json")

    assert 3 == result.exit_code
    assert [0, 1] == [each["shard"] for each in lines(result)]
    assert SAID in result.stderr


def test_no_anchor_is_written_that_lacks_members(tmp_path):
    result = run("audit", "anchor", str(tmp_path / "anchor"))

    assert 3 == result.exit_code
    assert not (tmp_path / "anchor").exists()


def test_the_log_of_views_is_in_the_first_shard():
    assert 0 == run("audit", "views").exit_code


def test_doctor_examines_the_first_that_is_away_and_names_the_others():
    result = run("doctor", "--json")

    told = [each["said"] for each in lines(result) if each["level"] == "fault"]
    assert 1 == result.exit_code
    assert any(each.startswith("Shard 2: ") and "refused the connection" in each for each in told)
    assert "Shard 3: It does not answer either." in told
    assert any(each["said"].startswith("Shard 1: ") for each in lines(result))


def test_health_asks_no_shard():
    assert {"alive": False, "ready": False} == json.loads(run("health", "--json").stdout)


def test_submit_says_from_where_to_go_on():
    result = run("submit", str(DAY))

    assert 3 == result.exit_code
    assert f"Go on from line 1 of {DAY}" in result.stderr


def test_a_consumer_names_the_shards_that_it_waits_for_and_gets_what_the_others_hold(capsys):
    with open_shards(load_settings()) as shards:
        there = sum(each.redis.xlen(each.keys.determinations) for each in shards[:2])

    say_who_is_away()

    assert "These shards do not answer, and are waited for: 2, 3." in capsys.readouterr().err
    assert there
    assert there == len(list(islice(consume("billing"), there)))


def exporter() -> Exporter:
    """As the command makes it."""
    clients = [(impatient_client(each), Keys(each.prefix)) for each in shards_of(load_settings())]
    return Exporter(clients, load_library(SHIPPED))


def test_a_scrape_has_the_sums_of_what_answers_and_counts_what_does_not():
    before = scrape(exporter()).value("mrs_queue_events")
    with open_shards(load_settings()) as shards:
        for each in shards[:2]:
            each.redis.xadd(each.keys.door, {"event": b"{}"})

    found = scrape(exporter())

    assert before is not None
    assert 2 == found.value("mrs_shards_away")
    assert before + 2 == found.value("mrs_queue_events")


@pytest.fixture(scope="module")
def hung(day) -> Iterator[Sequence[int]]:
    """The shards of a node that takes connections and never answers; the first is one of them."""
    del day  # whose settings these replace
    with two_nodes() as servers, pytest.MonkeyPatch.context() as patch:
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in servers)
        patch.setenv("MRS_REDIS_URL", f"redis+cluster://{hosts}")
        patch.setenv("MRS_SHARDS", str(MANY))
        os.kill(servers[0].pid, signal.SIGSTOP)
        shards = enumerate(shards_of(load_settings()))
        yield [number for number, each in shards if slot_of(each.prefix) < SLOTS // 2]
        os.kill(servers[0].pid, signal.SIGCONT)


def test_a_scrape_counts_the_shards_of_a_node_that_hangs_and_no_other(hung):
    assert 16 < len(hung) < MANY
    assert len(hung) == scrape(exporter()).value("mrs_shards_away")


def test_a_command_names_the_shards_of_a_node_that_hangs_and_no_other(hung):
    result = run("queue", "--json")

    assert 3 == result.exit_code
    assert f" not answer: {', '.join(map(str, hung))}." in result.stderr
    assert 0 == json.loads(result.stdout)["events"]
