"""What the exporter shows of Redis: whether it is there, safe, tended and still the same one."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually
from tests.support.scrapes import Scrape, scrape
from tests.support.turns import work_off
from tests.support.worlds import TERMS
from worker.config.connections import impatient_client
from worker.config.settings import load_settings
from worker.failures import InstallationMismatch, Risk
from worker.metrics.exporter import GROUPS_MAX, Exporter
from worker.metrics.safety import Expectations
from worker.sandbox.redis_server import embedded_redis
from worker.store.installation import KnownInstallation, accept_installation
from worker.store.keys import Keys
from worker.store.upkeep import JOBS, note_success

UP = ("mrs_redis_up", frozenset())
BUILD = {
    (
        "mrs_build_info",
        frozenset({("version", version("mrs-adjudicator")), ("program", "exporter")}),
    ): 1
}
FOREIGN = {("mrs_redis_unsafe", frozenset({("risk", "foreign_keys")})): 1}


def test_memory_and_persistence_are_what_redis_says(redis_server, library):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        exporter = Exporter([(client, Keys("mrs"))], library)
        before = scrape(exporter)
        client.config_set("appendonly", "no")
        client.config_set("maxmemory", client.info("memory")["used_memory"] * 2)
        after = scrape(exporter)

    assert (1, 0) == (
        before.value("mrs_redis_persistence_ok"),
        before.value("mrs_redis_memory_ratio"),
    )
    assert 0 == after.value("mrs_redis_persistence_ok")
    assert 0.3 < after.value("mrs_redis_memory_ratio") < 0.7


def test_a_redis_that_goes_away_and_comes_back_is_told_and_nothing_else_is_made_up(
    redis_server, library
):
    settings = load_settings(redis_url=redis_server.url)
    exporter = Exporter([(impatient_client(settings), Keys("mrs"))], library)
    redis_server.kill()
    away = scrape(exporter)
    redis_server.start()

    back = scrape(exporter)

    assert {UP: 0, **BUILD} == away.values
    assert 1 == back.value("mrs_redis_up")
    assert 0 == back.value("mrs_queue_events")


def test_a_redis_that_stands_still_is_told_in_time(library):
    with embedded_redis(tcp=True) as server:
        exporter = Exporter(
            [(impatient_client(load_settings(redis_url=server.url)), Keys("mrs"))], library
        )
        with Redis(port=server.port) as other:
            other.client_pause(30_000)
        seen = scrape(exporter)

    assert {UP: 0, **BUILD} == seen.values


def test_a_spoiled_key_is_not_a_redis_that_is_away(exporter, redis_world):
    redis_world.client.set(redis_world.keys.counters, "spoiled")

    seen = scrape(exporter)

    assert {UP: 1, **BUILD, **FOREIGN} == seen.values


def test_without_an_archive_and_a_backup_both_are_shown_as_never(exporter):
    seen = scrape(exporter)

    assert 0 == seen.value("mrs_archive_success_timestamp_seconds")
    assert 0 == seen.value("mrs_backup_success_timestamp_seconds")


@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_ended_well_is_shown_with_redis_time(exporter, redis_world, job):
    note_success(redis_world.client, redis_world.keys, job)

    seen = scrape(exporter)

    shown = {each: seen.value(f"mrs_{each}_success_timestamp_seconds") for each in JOBS}
    now, _ = redis_world.client.time()
    assert now - 5 <= shown.pop(job) <= now
    assert {0} == set(shown.values())


def test_a_note_that_is_no_time_counts_as_none(exporter, redis_world):
    redis_world.client.hset(redis_world.keys.upkeep, "backup", "yesterday")

    assert 0 == scrape(exporter).value("mrs_backup_success_timestamp_seconds")


def test_notes_in_a_key_of_another_kind_are_not_a_redis_that_is_away(exporter, redis_world):
    redis_world.client.set(redis_world.keys.upkeep, "spoiled")

    assert {UP: 1, **BUILD, **FOREIGN} == scrape(exporter).values


@pytest.mark.parametrize("wanted", [0, 3])
def test_the_workers_that_are_wanted_are_those_of_the_setting(redis_world, library, wanted):
    seen = scrape(Exporter([(redis_world.client, redis_world.keys)], library, Expectations(wanted)))

    assert wanted == seen.value("mrs_workers_wanted")


@pytest.mark.parametrize(
    ("name", "value", "risk"),
    [
        pytest.param("maxmemory-policy", "allkeys-lru", "eviction", id="evicts_records"),
        pytest.param("maxmemory-policy", "volatile-ttl", "eviction", id="evicts_leases"),
        pytest.param("appendonly", "no", "persistence", id="keeps_nothing"),
        pytest.param("replica-read-only", "no", "replica", id="a_replica_that_can_be_written"),
    ],
)
def test_what_makes_wrong_decisions_possible_is_shown_until_it_is_accepted(
    redis_server, library, name, value, risk
):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        sound = risks(scrape(Exporter([(client, Keys("mrs"))], library)))
        client.config_set(name, value)
        if risk == "replica":
            client.replicaof("127.0.0.1", "1")
        found = risks(scrape(Exporter([(client, Keys("mrs"))], library)))
        taken = Expectations(accepted=frozenset({risk}))
        accepted = risks(scrape(Exporter([(client, Keys("mrs"))], library, taken)))

    assert dict.fromkeys(get_args(Risk), 0) == sound == accepted
    assert sound | {risk: 1} == found


def risks(seen: Scrape) -> dict[str, float]:
    return {
        dict(labels)["risk"]: value
        for (name, labels), value in seen.values.items()
        if name == "mrs_redis_unsafe"
    }


def test_an_installation_that_is_gone_is_shown_and_remembered_by_the_next_exporter(
    redis_world, library, tmp_path
):
    def lost() -> float:
        known = KnownInstallation(tmp_path / "known")
        expected = Expectations(known=[known])
        exporter = Exporter([(redis_world.client, redis_world.keys)], library, expected)
        return scrape(exporter).value("mrs_installation_lost")

    before_the_first_worker = lost()
    redis_world.store.agree(TERMS)
    known = lost()
    redis_world.client.flushdb()
    gone = lost()
    redis_world.store.agree(TERMS)
    another = lost()
    accept_installation(redis_world.client, redis_world.keys, [_id_in(tmp_path / "known")])

    assert [0, 0, 1, 1, 0] == [before_the_first_worker, known, gone, another, lost()]


def _id_in(file: Path) -> str:
    return file.read_text().strip()


def test_what_a_worker_remembers_is_shown_by_an_exporter_that_remembers_nothing(
    exporter, redis_world
):
    first = redis_world.store.agree(TERMS)
    redis_world.client.flushdb()
    redis_world.store.agree(TERMS)
    with pytest.raises(InstallationMismatch):
        redis_world.store.agree(TERMS._replace(installation=first))

    assert 1 == scrape(exporter).value("mrs_installation_lost")


def test_group_names_of_any_letters_are_labels(exporter, redis_world, library):
    work_off(redis_world, library, encoded(event_of(CLAIM)))
    strange = 'a "group"\n{of\\ours} é'
    redis_world.client.xgroup_create(redis_world.keys.determinations, strange, id="0")

    seen = scrape(exporter)

    assert eventually(lambda: seen.value("mrs_determinations_unread", group=strange) == 1)


def test_of_very_many_groups_those_furthest_behind_are_exported(exporter, redis_world):
    stream = redis_world.keys.determinations
    redis_world.client.xadd(stream, {"event": "{}"}, id="1-0")
    for number in range(GROUPS_MAX):
        redis_world.client.xgroup_create(stream, f"gone-{number}", id="$")
    redis_world.client.xgroup_create(stream, "late", id="0")

    seen = scrape(exporter)

    unread = seen.labels("mrs_determinations_unread", "group")
    assert GROUPS_MAX == len(unread)
    assert 1 == seen.value("mrs_determinations_unread", group="late")
    assert 0 == seen.value("mrs_determinations_unread_estimated", group="late")
